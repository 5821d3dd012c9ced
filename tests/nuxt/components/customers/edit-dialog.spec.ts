import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import CustomersEditDialog from '~/components/customers/EditDialog.vue'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { customer, customerId } from './customer'

const sent: unknown[] = []
registerEndpoint(`/api/admin/customers/${customerId}`, { method: 'PATCH', handler: async (event) => {
  sent.push(await readBody(event))
  return customer()
} })

async function type(label: string, text: string) {
  const field = findByRole('textbox', label) as HTMLInputElement
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
}

async function open() {
  const wrapper = await mount(CustomersEditDialog, { props: { modelValue: false, customer: customer() } })
  await wrapper.setProps({ modelValue: true })
  await settle()
  return wrapper
}

async function save() {
  findByRole('button', 'Save').click()
  await settle()
}

describe('CustomersEditDialog', () => {
  beforeEach(() => { sent.length = 0 })

  it('sends what was changed alone: an address that another admin has changed meanwhile stays, and so does its link', async () => {
    const wrapper = await open()
    await wrapper.setProps({ customer: customer({ email: 'ada@new.example.com' }) })
    await type('Name', 'Ada King')
    await save()
    expect(sent).toEqual([{ name: 'Ada King' }])
    expect(wrapper.emitted('saved')).toHaveLength(1)
  })

  it('sends the address where that was changed', async () => {
    await open()
    await type('E-mail address', 'Ada@King.example.com')
    await save()
    expect(sent).toEqual([{ email: 'ada@king.example.com' }])
  })

  it('closes without a word to anybody where nothing was changed', async () => {
    const wrapper = await open()
    await save()
    expect(sent).toEqual([])
    expect(wrapper.emitted('update:modelValue')).toEqual([[false]])
  })
})
