import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { describe, expect, it, vi } from 'vitest'
import { RouterLink } from 'vue-router'
import CustomersAccess from '~/components/customers/Access.vue'
import CustomersAddDialog from '~/components/customers/AddDialog.vue'
import CustomersServers from '~/components/customers/Servers.vue'
import CustomersTable from '~/components/customers/Table.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { customer, customerId } from './customer'

const URL = 'https://panel.example.com/invitation/abc'

async function type(label: string, text: string) {
  const field = findByRole('textbox', label) as HTMLInputElement
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
}

describe('CustomersTable', () => {
  it('says in words who can sign in and who was never seen', async () => {
    await mount(CustomersTable, { props: { customers: [customer(), customer({ id: customerId.replace(/1$/, '2'), name: 'Linus', isDisabled: true, serverCount: 1 }), customer({ id: customerId.replace(/1$/, '3'), name: 'Grace', hasPassword: false, serverCount: 0 })] } })
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent?.replace(/\s+/g, ' '))
    expect(rows[0]).toMatch(/Ada Lovelace.*Can sign in.*2 servers.*Never seen/)
    expect(rows[1]).toMatch(/Linus.*Switched off.*1 server(?!s)/)
    expect(rows[2]).toMatch(/Grace.*Invited.*No servers/)
    await expectAccessible()
  })
})

describe('CustomersAddDialog', () => {
  it('names what is missing before anything is sent, and puts the focus there', async () => {
    const sent = vi.fn()
    registerEndpoint('/api/admin/customers', { method: 'POST', handler: () => sent() })
    await mount(CustomersAddDialog, { props: { modelValue: true } })
    await settle()
    await type('Name', 'Ada')
    findByRole('button', 'Add and show link').click()
    await settle()
    expect(sent).not.toHaveBeenCalled()
    expect(document.body.textContent).toContain('Enter an e-mail address')
    expect(document.activeElement).toBe(findByRole('textbox', 'E-mail address'))
  })

  it('shows the link once and says that it does not come back', async () => {
    registerEndpoint('/api/admin/customers', { method: 'POST', handler: async (event) => {
      setResponseStatus(event, 201)
      return { ...customer(await readBody(event)), invitation: { url: URL, expiresAt: new Date(Date.now() + 6e8).toISOString() } }
    } })
    const wrapper = await mount(CustomersAddDialog, { props: { modelValue: true } })
    await settle()
    await type('Name', 'Ada')
    await type('E-mail address', 'ada@example.com')
    findByRole('button', 'Add and show link').click()
    await settle()
    expect((findByRole('textbox', 'Link') as HTMLInputElement).value).toBe(URL)
    expect(document.body.textContent).toMatch(/never again.*under Access on the page of Ada/)
    expect(wrapper.emitted('added')).toHaveLength(1)
    await expectAccessible()
  })

  it('gives the focus back to what opened it', async () => {
    const isOpen = ref(false)
    const wrapper = await mount(defineComponent(() => () => [
      h('button', { onClick: () => { isOpen.value = true } }, 'Open'),
      h(CustomersAddDialog, { 'modelValue': isOpen.value, 'onUpdate:modelValue': (open: boolean) => { isOpen.value = open } }),
    ]))
    const opener = findByRole('button', 'Open')
    opener.focus()
    opener.click()
    await settle()
    findByRole('textbox', 'Name').focus()
    findByRole('button', 'Cancel').click()
    // No transition ends here.
    wrapper.findComponent({ name: 'VDialog' }).vm.$emit('afterLeave')
    expect(document.activeElement).toBe(opener)
  })

  it('ties a taken address to its field', async () => {
    registerEndpoint('/api/admin/customers', { method: 'POST', handler: (event) => {
      setResponseStatus(event, 400)
      return { type: 'about:blank', title: 'Some input does not fit', status: 400, code: 'invalid_input', detail: 'x', requestId: 'r', fields: { email: 'Somebody with this address exists already.' } }
    } })
    await mount(CustomersAddDialog, { props: { modelValue: true } })
    await settle()
    await type('Name', 'Ada')
    await type('E-mail address', 'ada@example.com')
    findByRole('button', 'Add and show link').click()
    await settle()
    expect(document.body.textContent).toContain('Somebody with this address exists already.')
    expect(findAllByRole('textbox', 'Link')).toHaveLength(0)
  })
})

describe('CustomersAccess', () => {
  it('asks before a reset and shows the new link', async () => {
    registerEndpoint(`/api/admin/customers/${customerId}/invitation`, { method: 'POST', handler: () => ({ url: URL, expiresAt: new Date(Date.now() + 6e8).toISOString() }) })
    await mount(CustomersAccess, { props: { customer: customer() } })
    findByRole('button', 'Reset access').click()
    await settle()
    expect(document.body.textContent).toContain('within an hour')
    expect(document.body.textContent).toContain('The present password works until the link is used')
    findByRole('button', 'Make link').click()
    await settle()
    expect((findByRole('textbox', 'Link') as HTMLInputElement).value).toBe(URL)
  })

  it('gives the focus back to its button once the new link was taken', async () => {
    registerEndpoint(`/api/admin/customers/${customerId}/invitation`, { method: 'POST', handler: () => ({ url: URL, expiresAt: new Date(Date.now() + 6e8).toISOString() }) })
    const wrapper = await mount(CustomersAccess, { props: { customer: customer() } })
    const opener = findByRole('button', 'Reset access')
    opener.focus()
    opener.click()
    await settle()
    findByRole('button', 'Make link').click()
    await settle()
    const dialog = wrapper.findAllComponents({ name: 'VDialog' }).find((shown) => shown.props('modelValue') === true)
    findByRole('button', 'Done').focus()
    findByRole('button', 'Done').click()
    // No transition ends here.
    dialog?.vm.$emit('afterLeave')
    expect(document.activeElement).toBe(opener)
  })

  it('says what switching off does before it does it', async () => {
    const bodies: unknown[] = []
    registerEndpoint(`/api/admin/customers/${customerId}`, { method: 'PATCH', handler: async (event) => {
      bodies.push(await readBody(event))
      return customer({ isDisabled: true })
    } })
    const wrapper = await mount(CustomersAccess, { props: { customer: customer() } })
    findByRole('button', 'Switch the account off').click()
    await settle()
    expect(document.body.textContent).toMatch(/Servers keep running.*not sent yet stops.*is suspended as soon as it is there\./)
    findByRole('button', 'Switch off').click()
    await settle()
    expect(bodies).toEqual([{ isDisabled: true }])
    expect(wrapper.emitted('changed')).toHaveLength(1)
  })

  it('says how many orders a switch touches, and that what stopped costs money once it is on', async () => {
    const wrapper = await mount(CustomersAccess, { props: { customer: customer({ orders: { underWay: 2, stopped: 0 } }) } })
    findByRole('button', 'Switch the account off').click()
    await settle()
    expect(document.body.textContent).toContain('Under way now: 2 orders.')
    findByRole('button', 'Cancel').click()
    await wrapper.setProps({ customer: customer({ isDisabled: true, orders: { underWay: 0, stopped: 1 } }) })
    findByRole('button', 'Switch the account on').click()
    await settle()
    expect(document.body.textContent).toMatch(/each makes a server that costs money: 1 order now\..*Suspended servers stay suspended/)
    await expectAccessible()
  })
})

describe('CustomersServers', () => {
  it('offers to create a server only while the account is on: for one that is off it would be refused', async () => {
    registerEndpoint('/api/admin/servers', () => ({ items: [], nextCursor: null }))
    // Vuetify's buttons look for it by name, which only a started app has.
    const wrapper = await mount(CustomersServers, { global: { components: { RouterLink } }, props: { customer: customer() } })
    await settle()
    expect(findAllByRole('link', 'Create a server')).toHaveLength(1)
    await wrapper.setProps({ customer: customer({ isDisabled: true }) })
    expect(findAllByRole('link', 'Create a server')).toEqual([])
    expect(document.body.textContent).toContain('Switch the account on to create a server.')
  })
})
