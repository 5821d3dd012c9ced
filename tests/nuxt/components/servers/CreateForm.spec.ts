import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { getRequestHeader, readBody } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import ServersCreateForm from '~/components/servers/CreateForm.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { accepted, adminServer, serverId } from './admin-server'

const { customer, plan } = adminServer()
const fullPlan = {
  id: plan.id, name: plan.name, description: '', isActive: true, isSample: false, serverCount: 0, lastCheck: null,
  features: { virtfusion_package_id: 3, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1, virtfusion_operating_system_id: 5 },
  createdAt: '2026-11-01T08:00:00.000Z', updatedAt: '2026-11-01T08:00:00.000Z',
}
const templates = { state: 'known', items: [{ id: 5, name: 'Debian 13', group: 'Linux' }], diagnosis: null }

registerEndpoint('/api/admin/customers', () => ({ items: [{ ...customer }], nextCursor: null }))
registerEndpoint(`/api/admin/customers/${customer.id}`, () => ({ ...customer }))
registerEndpoint('/api/admin/plans', () => ({ items: [fullPlan], nextCursor: null }))
registerEndpoint('/api/admin/catalog', () => ({
  packages: { ...templates, items: [] }, hypervisorGroups: { ...templates, items: [] }, templates,
}))

interface Order { key: string | undefined, body: Record<string, unknown> }
let orders: Order[] = []
let answers: (() => { status: number, body: unknown })[] = []
registerEndpoint('/api/admin/servers', { method: 'POST', handler: async (event) => {
  orders.push({ key: getRequestHeader(event, 'idempotency-key'), body: await readBody(event) })
  const answer = answers.shift()?.() ?? { status: 202, body: accepted('create') }
  event.node.res.statusCode = answer.status
  return answer.body
} })

async function show(props: { customerId?: string, planId?: string } = { customerId: customer.id, planId: plan.id }) {
  const wrapper = await mount(ServersCreateForm, { props })
  await settle()
  return wrapper
}

async function type(label: RegExp, text: string) {
  const input = findByRole('textbox', label) as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await nextTick()
}

async function submit() {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}

describe('ServersCreateForm', () => {
  beforeEach(() => {
    orders = []
    answers = []
  })

  it('shows the customer and the plan it was opened for, and the default operating system of the plan', async () => {
    await show()
    expect((findByRole('combobox', 'Customer') as HTMLInputElement).value).toBe('Anna Berg')
    expect((findByRole('combobox', 'Plan') as HTMLInputElement).value).toBe('Small')
    await expect.poll(() => document.body.textContent).toContain('Debian 13 (5)')
    await expectAccessible()
  })

  it('asks for a customer and a plan in plain words, and sends nothing', async () => {
    await show({})
    await submit()
    expect(document.body.textContent).toContain('Choose the customer who gets the server.')
    expect(document.body.textContent).toContain('Choose a plan.')
    expect(orders).toEqual([])
  })

  it('offers no templates before a plan is chosen, for they would be those of some other package', async () => {
    await show({})
    await expect.poll(() => useNuxtData('catalog-names:none').data.value).toBeDefined()
    await settle()
    expect(findAllByRole('combobox', 'Operating system')).toEqual([])
    expect(document.body.textContent).toContain('Operating system (template number)')
  })

  it('leaves out what was left empty, so that the plan decides', async () => {
    const wrapper = await show()
    await type(/^Name/, 'web-1')
    await submit()
    expect(orders.map(({ body }) => body)).toEqual([{ customerId: customer.id, planId: plan.id, name: 'web-1' }])
    expect(wrapper.emitted('created')).toEqual([[serverId]])
  })

  it('sends the same key again after a lost answer, so that one dialog is one order, and loses nothing that was typed', async () => {
    answers = [() => ({ status: 502, body: 'gateway' })]
    await show()
    await type(/^Name/, 'web-1')
    await submit()
    expect((document.querySelector('input[name=name]') as HTMLInputElement).value).toBe('web-1')
    expect(findAllByRole('alert').map((alert) => alert.textContent).join()).toContain('it stays one order')
    await expectAccessible()
    await submit()
    expect(orders).toHaveLength(2)
    expect(orders[0]?.key).toBeTruthy()
    expect(orders[1]).toEqual(orders[0])
  })

  it('says that the first order was accepted when another one goes by its key, and orders a second server only when asked to', async () => {
    answers = [() => ({ status: 502, body: 'gateway' }), () => ({ status: 409, body: { type: 'about:blank', title: 'Not possible right now', status: 409, detail: 'x', code: 'idempotency_key_reused', requestId: 'r' } })]
    const wrapper = await show()
    await submit()
    await type(/^Name/, 'web-2')
    await submit()
    expect(findByRole('alert', /The first order was accepted/).textContent).toContain('Look under Servers before you order again.')
    expect(findByRole('link', 'Servers').getAttribute('href')).toBe('/admin/servers')
    await expectAccessible()
    findByRole('button', 'Order a second server').click()
    await settle()
    const [first, refused, second] = orders.map(({ key }) => key)
    expect(refused).toBe(first)
    expect(second).not.toBe(first)
    expect(wrapper.emitted('created')).toHaveLength(1)
  })

  it('puts the sentence of the API at its field', async () => {
    answers = [() => ({ status: 400, body: {
      type: 'about:blank', title: 'Some input does not fit', status: 400, detail: 'x', code: 'invalid_input', requestId: 'r',
      fields: { hostname: 'This hostname is taken.' },
    } })]
    await show()
    await submit()
    const input = document.querySelector('input[name=hostname]')
    const described = document.getElementById(input?.getAttribute('aria-describedby') ?? '')
    expect(described?.textContent).toContain('This hostname is taken.')
  })
})
