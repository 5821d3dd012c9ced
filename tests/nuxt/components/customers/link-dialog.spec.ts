import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { getQuery, readBody, setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PanelUser } from '#shared/schemas/customers.ts'
import CustomersFacts from '~/components/customers/Facts.vue'
import CustomersLinkDialog from '~/components/customers/LinkDialog.vue'
import CustomersUnlinkDialog from '~/components/customers/UnlinkDialog.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { customer, customerId } from './customer'

const path = `/api/admin/customers/${customerId}/panel-user`
const known = (different: Partial<PanelUser> = {}): PanelUser => ({ virtfusionUserId: 12, extRelationId: 7, name: 'Ada L.', email: 'ada@example.com', refusal: null, orders: [], ...different })
let answer: PanelUser | null = known()
let looked: unknown[] = []
let sent: unknown[] = []
let refusal: object | null = null

registerEndpoint(path, (event) => {
  looked.push(getQuery(event))
  if (answer) return answer
  setResponseStatus(event, 400)
  return { type: 'about:blank', title: 'Invalid', status: 400, detail: 'The panel has no such user.', code: 'invalid_input', requestId: 'r', fields: { extRelationId: 'The panel has no user with the external relation 7.' } }
})
registerEndpoint(path, { method: 'PUT', handler: async (event) => {
  sent.push(await readBody(event))
  if (!refusal) return customer({ virtfusionUserId: 12 })
  setResponseStatus(event, 409)
  return refusal
} })
registerEndpoint(path, { method: 'DELETE', handler: async (event) => {
  sent.push(await readBody(event))
  return customer()
} })

beforeEach(() => {
  answer = known()
  looked = []
  sent = []
  refusal = null
})

const text = () => document.body.textContent ?? ''

async function type(label: string, value: string) {
  const field = findByRole('textbox', label) as HTMLInputElement
  field.value = value
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
}

async function press(label: string) {
  findByRole('button', label).click()
  await settle()
}

async function open() {
  const wrapper = await mount(CustomersLinkDialog, { props: { modelValue: true, customer: customer() } })
  await settle()
  return wrapper
}

describe('CustomersLinkDialog', () => {
  it('shows who it is before anything is linked, then links with the reason', async () => {
    const wrapper = await open()
    await press('Look up')
    expect(looked).toEqual([{ extRelationId: '7' }])
    expect(text()).toMatch(/Ada L\..*ada@example\.com.*12/)
    expect(text()).not.toContain('Another e-mail address')
    await expectAccessible()
    await press('Link')
    expect(sent).toEqual([])
    expect(text()).toContain('Say how you know that it is this customer.')
    await type('Reason', 'He wrote from there')
    await press('Link')
    expect(sent).toEqual([{ extRelationId: 7, virtfusionUserId: 12, reason: 'He wrote from there', operationIds: [] }])
    expect(wrapper.emitted('linked')).toHaveLength(1)
  })

  it('lists the stopped orders with none of them ticked, and lets those go on that are', async () => {
    const order = (number: number) => ({
      operationId: `019a0000-0000-7000-8000-0000000000f${number}`, server: { id: `019a0000-0000-7000-8000-0000000000a${number}`, reference: `vps-${number}`, name: `web-${number}` }, plan: 'Small', createdAt: '2026-10-01T08:00:00.000Z',
    })
    answer = known({ orders: [order(2), order(1)] })
    await open()
    await press('Look up')
    const boxes = [...document.querySelectorAll<HTMLInputElement>('input[type=checkbox]')]
    expect(boxes.map(({ checked }) => checked)).toEqual([false, false])
    expect(text()).toMatch(/each makes a server that costs money.*web-2.*vps-2, Small, ordered/)
    await expectAccessible()
    boxes[0]?.click()
    await type('Reason', 'He wrote from there')
    await press('Link')
    expect(sent).toMatchObject([{ operationIds: [order(2).operationId] }])
  })

  it('looks again after a refusal and when it is opened anew, for what it shows may be no longer so', async () => {
    refusal = { type: 'about:blank', title: 'Not possible right now', status: 409, detail: 'Another user has this external relation by now.', code: 'panel_user_changed', requestId: 'r' }
    const wrapper = await open()
    await press('Look up')
    await type('Reason', 'He wrote from there')
    await press('Link')
    expect(text()).toContain('Another user has this external relation by now.')
    expect(text()).not.toContain('Ada L.')
    await press('Look up')
    expect(looked).toHaveLength(2)
    expect((findByRole('textbox', 'Reason') as HTMLTextAreaElement).value).toBe('He wrote from there')

    await wrapper.setProps({ modelValue: false })
    await wrapper.setProps({ modelValue: true })
    await settle()
    expect(text()).not.toContain('Ada L.')
    expect(findByRole('button', 'Look up')).toBeTruthy()
  })

  it('warns of another e-mail address', async () => {
    answer = known({ email: 'somebody@example.com' })
    await open()
    await press('Look up')
    expect(text()).toContain('Make sure that it is the same person')
  })

  it('says why one can\'t be linked, and offers no way to do it', async () => {
    answer = known({ refusal: 'This user is an administrator of the panel.' })
    await open()
    await press('Look up')
    expect(findAllByRole('alert').map((alert) => alert.textContent).join()).toContain('is an administrator of the panel')
    expect((findByRole('button', 'Link') as HTMLButtonElement).disabled).toBe(true)
  })

  it('forgets what was read when another number is typed', async () => {
    await open()
    await press('Look up')
    await type('External relation ID', '8')
    expect(text()).not.toContain('Ada L.')
    expect(findByRole('button', 'Look up')).toBeTruthy()
  })

  it('tells at the field that the panel has no such user, and asks for nothing that is no number', async () => {
    answer = null
    await open()
    await press('Look up')
    expect(text()).toContain('The panel has no user with the external relation 7.')
    await type('External relation ID', 'ada@example.com')
    await press('Look up')
    expect(looked).toHaveLength(1)
    expect(text()).toContain('Enter the whole number')
  })
})

describe('CustomersFacts', () => {
  it('offers to link only a customer who has no user at the panel, and to undo the link of one who has', async () => {
    const wrapper = await mount(CustomersFacts, { props: { customer: customer() } })
    const offered = (label: string) => findAllByRole('button').some((button) => button.textContent?.includes(label))
    expect([offered('Link to a panel user'), offered('Undo the link')]).toEqual([true, false])
    await wrapper.setProps({ customer: customer({ virtfusionUserId: 12 }) })
    expect([offered('Link to a panel user'), offered('Undo the link')]).toEqual([false, true])
  })
})

describe('CustomersUnlinkDialog', () => {
  it('undoes the link that it asked about, also when the page behind it has learned of another one', async () => {
    const wrapper = await mount(CustomersUnlinkDialog, { props: { modelValue: true, customer: customer({ virtfusionUserId: 12 }) } })
    await settle()
    await wrapper.setProps({ customer: customer({ virtfusionUserId: 40 }) })
    expect(document.body.textContent).toContain('Undo the link to the panel\'s user 12?')
  })

  it('says what stays as it is, and undoes the link to the user that is shown only with a reason', async () => {
    const wrapper = await mount(CustomersUnlinkDialog, { props: { modelValue: true, customer: customer({ virtfusionUserId: 12 }) } })
    await settle()
    expect(text()).toContain('Nothing changes at the panel')
    await expectAccessible()
    await press('Undo the link')
    expect(sent).toEqual([])
    expect(text()).toContain('Say how you know that it is somebody else.')
    await type('Reason', 'It was the other Ada')
    await press('Undo the link')
    expect(sent).toEqual([{ virtfusionUserId: 12, reason: 'It was the other Ada' }])
    expect(wrapper.emitted('unlinked')).toHaveLength(1)
  })
})
