import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import PlansForm from '~/components/plans/Form.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { plan, planId } from './plan'

const nothing = { state: 'unknown', items: [], diagnosis: null }
let sent: unknown[]
let isOutdated = false

beforeEach(() => {
  sent = []
  isOutdated = false
  registerEndpoint('/api/admin/catalog', () => ({
    packages: { state: 'known', items: [{ id: 1, name: 'VPS S', isEnabled: true, memoryMb: 1024, storageGb: 20, trafficGb: 0, cpuCores: 1 }], diagnosis: null },
    hypervisorGroups: { state: 'forbidden', items: [], diagnosis: null },
    templates: nothing,
  }))
  for (const [method, path] of [['POST', '/api/admin/plans'], ['PATCH', `/api/admin/plans/${planId}`]] as const) {
    registerEndpoint(path, { method, handler: async (event) => {
      const body = await readBody<object>(event)
      sent.push(body)
      if (!isOutdated) return plan(body)
      setResponseStatus(event, 409)
      return { type: 'about:blank', title: 'Not possible right now', status: 409, code: 'plan_changed', detail: 'This plan was changed after it was shown to you.', requestId: 'r' }
    } })
  }
})

async function type(name: string | RegExp, text: string) {
  const input = findByRole('textbox', name) as HTMLInputElement
  input.focus()
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
  input.blur()
  await settle()
}

async function submit() {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
  await settle()
}

const text = () => document.body.textContent ?? ''

// Thirty fields take their time where many tests run at once.
describe('PlansForm', { timeout: 20_000 }, () => {
  it('says at each field what is missing, focuses the first, and sends nothing', async () => {
    await mount(PlansForm)
    await submit()
    expect(text()).toContain('virtfusion_package_id must be the id of a package')
    expect(text()).toContain('virtfusion_user_id must be')
    expect(text()).toContain('virtfusion_hypervisor_id must be')
    expect(document.activeElement).toBe(findByRole('textbox', 'Name'))
    expect(sent).toEqual([])
    // Vuetify's stylesheet hides these, and this environment loads none.
    for (const sizer of document.querySelectorAll('.v-textarea__sizer')) sizer.remove()
    await expectAccessible()
  })

  it('takes typed numbers, also where the names can\'t be read', async () => {
    const wrapper = await mount(PlansForm)
    await settle()
    expect(text()).toContain('The API token may not read the names. Type the number.')
    await type('Name', 'VPS S')
    await type('Package', '1')
    await type('Hypervisor group', '3')
    await type('VirtFusion user', '2')
    await submit()
    expect(sent).toEqual([{ name: 'VPS S', description: '', isActive: true, features: { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 3 } }])
    expect(wrapper.emitted('saved')).toHaveLength(1)
  })

  it('keeps an e-mail address in its field and says why it can\'t be the user', async () => {
    await mount(PlansForm, { props: { plan: plan() } })
    await type('VirtFusion user', 'jane@example.com')
    expect(text()).toContain('virtfusion_user_id must be the internal id of a VirtFusion user: a whole number above 0, not an e-mail address.')
    await submit()
    expect(sent).toEqual([])
  })

  it('keeps keys that it does not know when something else changes', async () => {
    await mount(PlansForm, { props: { plan: plan() } })
    await type('Memory', '2048')
    await submit()
    expect(sent).toMatchObject([{ features: { virtfusion_memory: 2048, virtfusion_future: 'kept' } }])
  })

  it('shows the form\'s changes as JSON, and the JSON\'s changes in the form', async () => {
    await mount(PlansForm, { props: { plan: plan() } })
    await type('Memory', '512')
    const json = findByRole('textbox', 'Features as JSON') as HTMLTextAreaElement
    expect(JSON.parse(json.value)).toMatchObject({ virtfusion_memory: 512 })
    await type('Features as JSON', JSON.stringify({ virtfusion_package_id: 7, virtfusion_user_id: 2, virtfusion_hypervisor_id: 3, virtfusion_storage: 99 }))
    expect((findByRole('textbox', 'Disk') as HTMLInputElement).value).toBe('99')
    expect((findByRole('textbox', 'Memory') as HTMLInputElement).value).toBe('')
  })

  it('does not save while the JSON is broken, and loses nothing of it', async () => {
    await mount(PlansForm, { props: { plan: plan() } })
    await type('Features as JSON', '{ "virtfusion_package_id": 7,')
    await submit()
    expect(sent).toEqual([])
    expect(text()).toContain('This is not a JSON object yet')
    expect((findByRole('textbox', 'Features as JSON') as HTMLTextAreaElement).value).toBe('{ "virtfusion_package_id": 7,')
  })

  it('leaves off what was switched off beside it, and keeps what is typed', async () => {
    const wrapper = await mount(PlansForm, { props: { plan: plan({}) } })
    await type('Name', 'Renamed')
    await wrapper.setProps({ plan: plan({ isActive: false }) })
    await submit()
    expect(sent).toEqual([{ name: 'Renamed', updatedAt: plan().updatedAt }])
  })

  it('sends what was changed and nothing else, so that it overwrites nothing that somebody else saved', async () => {
    await mount(PlansForm, { props: { plan: plan() } })
    await type('Memory', '2048')
    await submit()
    expect(sent).toEqual([{ features: { ...plan().features, virtfusion_memory: 2048 }, updatedAt: plan().updatedAt }])
  })

  it('keeps what is typed when somebody else has saved, takes over what they did, and says what saving again replaces', async () => {
    isOutdated = true
    const wrapper = await mount(PlansForm, { props: { plan: plan() } })
    await type('Name', 'Mine')
    await type('Memory', '2048')
    await submit()
    expect(text()).toContain('Look at what is there now, then save again.')
    expect(wrapper.emitted('outdated')).toHaveLength(1)

    const updatedAt = '2026-11-21T10:00:00.000Z'
    await wrapper.setProps({ plan: plan({ name: 'Theirs', description: 'New words', features: { ...plan().features, virtfusion_storage: 99 }, updatedAt }) })
    await settle()
    expect((findByRole('textbox', 'Name') as HTMLInputElement).value).toBe('Mine')
    expect((findByRole('textbox', 'Disk') as HTMLInputElement).value).toBe('99')
    expect(text()).toContain('in the place of what stands there now: Name (Theirs).')
    isOutdated = false
    await submit()
    expect(sent.at(-1)).toEqual({ name: 'Mine', features: { ...plan().features, virtfusion_storage: 99, virtfusion_memory: 2048 }, updatedAt })
  })
})
