import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { describe, expect, it } from 'vitest'
import CustomersSwitchDialog from '~/components/customers/SwitchDialog.vue'
import type { Customer } from '#shared/schemas/customers'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const customer: Customer = {
  id: '019a0000-0000-7000-8000-0000000000c1', name: 'Ada', email: 'ada@example.com', isDisabled: false, hasPassword: true, serverCount: 1, lastSeenAt: null,
  virtfusionUserId: null, virtfusionExtRelationId: 1, isSample: false, createdAt: '2026-11-01T00:00:00.000Z',
} as Customer

describe('CustomersSwitchDialog', () => {
  it('never turns into its opposite while it is open: what it asked is what is done', async () => {
    const sent: unknown[] = []
    registerEndpoint(`/api/admin/customers/${customer.id}`, { method: 'PATCH', handler: async (event) => {
      sent.push(await readBody(event))
      return { ...customer, isDisabled: true }
    } })
    const wrapper = await mount(CustomersSwitchDialog, { props: { modelValue: true, customer } })
    await settle()
    await wrapper.setProps({ customer: { ...customer, isDisabled: true } })
    expect(document.body.textContent).toContain('Switch off the account of Ada?')
    findByRole('button', 'Switch off').click()
    await settle()
    expect(sent).toEqual([{ isDisabled: true }])
  })
})
