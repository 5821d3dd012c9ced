import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { describe, expect, it } from 'vitest'
import PlansDeleteDialog from '~/components/plans/DeleteDialog.vue'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { plan, planId } from './plan'

const DETAIL = '2 servers use this plan. Switch the plan off instead.'

describe('PlansDeleteDialog', () => {
  it('says why a plan in use stays, and offers to switch it off', async () => {
    const changes: unknown[] = []
    registerEndpoint(`/api/admin/plans/${planId}`, { method: 'DELETE', handler: (event) => {
      setResponseStatus(event, 409)
      return { type: 'about:blank', title: 'Not possible right now', status: 409, code: 'plan_in_use', detail: DETAIL, requestId: 'r' }
    } })
    registerEndpoint(`/api/admin/plans/${planId}`, { method: 'PATCH', handler: async (event) => {
      changes.push(await readBody(event))
      return plan({ isActive: false })
    } })
    const wrapper = await mount(PlansDeleteDialog, { props: { modelValue: true, plan: plan({ serverCount: 2 }) } })
    await settle()
    findByRole('button', 'Delete plan').click()
    await settle()
    expect(document.body.textContent).toContain(DETAIL)

    findByRole('button', 'Switch off instead').click()
    await settle()
    expect(changes).toEqual([{ isActive: false }])
    expect(wrapper.emitted('switchedOff')).toHaveLength(1)
    expect(wrapper.emitted('deleted')).toBeUndefined()
  })

  it('offers nothing more for one that is off and stays, for deleting it would be refused each time', async () => {
    registerEndpoint(`/api/admin/plans/${planId}`, { method: 'DELETE', handler: (event) => {
      setResponseStatus(event, 409)
      return { type: 'about:blank', title: 'Not possible right now', status: 409, code: 'plan_in_use', detail: DETAIL, requestId: 'r' }
    } })
    await mount(PlansDeleteDialog, { props: { modelValue: true, plan: plan({ serverCount: 2, isActive: false }) } })
    await settle()
    findByRole('button', 'Delete plan').click()
    await settle()
    expect(document.body.textContent).toContain(DETAIL)
    expect((findByRole('button', 'Delete plan') as HTMLButtonElement).disabled).toBe(true)
  })
})
