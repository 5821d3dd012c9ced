import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { getQuery } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import { VAutocomplete } from 'vuetify/components'
import type { Plan } from '#shared/schemas/plans.ts'
import ServersPlanField from '~/components/servers/PlanField.vue'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { plan, planId } from '../plans/plan'

const oldest = plan({ id: planId.replace(/1$/, '9'), name: 'VPS Oldest' })
let asked: Record<string, unknown>[] = []

/** As the API answers: without a search the newest, among which the oldest plan is not. */
registerEndpoint('/api/admin/plans', (event) => {
  asked.push(getQuery(event))
  const { search } = getQuery(event)
  return { items: search ? [oldest].filter(({ name }) => name.toLowerCase().includes(String(search).toLowerCase())) : [plan()], nextCursor: null }
})
registerEndpoint(`/api/admin/plans/${oldest.id}`, () => oldest)

async function show(props: { modelValue: string | null, withInactive?: boolean }) {
  clearNuxtData()
  const wrapper = await mount(ServersPlanField, { props })
  await settle()
  return wrapper
}

async function search(text: string) {
  const input = findByRole('combobox', 'Plan') as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
}

const titles = (wrapper: Awaited<ReturnType<typeof show>>) => (wrapper.findComponent(VAutocomplete).props('items') as { title: string }[]).map(({ title }) => title)
const lastPlan = (wrapper: Awaited<ReturnType<typeof show>>) => (wrapper.emitted('plan')?.at(-1)?.[0] as Plan | null)?.name

describe('ServersPlanField', () => {
  beforeEach(() => { asked = [] })

  it('finds what was typed among all plans, not only among the newest', async () => {
    const wrapper = await show({ modelValue: null })
    expect(titles(wrapper)).toEqual(['VPS S'])
    await search('oldest')
    await expect.poll(() => titles(wrapper)).toEqual(['VPS Oldest'])
    expect(asked.at(-1)).toMatchObject({ search: 'oldest', isActive: 'true' })
  })

  it('shows the chosen plan by its name where it is not among the newest', async () => {
    const wrapper = await show({ modelValue: oldest.id, withInactive: true })
    await expect.poll(() => (findByRole('combobox', 'Plan') as HTMLInputElement).value).toBe('VPS Oldest')
    expect(lastPlan(wrapper)).toBe('VPS Oldest')
    expect(asked.every(({ isActive }) => isActive === undefined)).toBe(true)
  })

  it('keeps the chosen plan while others are looked for, so that what was set for it stays', async () => {
    const wrapper = await show({ modelValue: planId })
    await search('oldest')
    await expect.poll(() => titles(wrapper)).toEqual(['VPS S', 'VPS Oldest'])
    expect(wrapper.emitted('plan')?.slice(1).some(([current]) => current === null)).toBe(false)
    expect(lastPlan(wrapper)).toBe('VPS S')
  })
})
