import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { describe, expect, it } from 'vitest'
import CustomersSwitchDialog from '~/components/customers/SwitchDialog.vue'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { customer, customerId } from './customer'

describe('CustomersSwitchDialog', () => {
  it('never turns into its opposite while it is open: what it asked is what is done', async () => {
    const sent: unknown[] = []
    registerEndpoint(`/api/admin/customers/${customerId}`, { method: 'PATCH', handler: async (event) => {
      sent.push(await readBody(event))
      return customer({ isDisabled: true })
    } })
    const wrapper = await mount(CustomersSwitchDialog, { props: { modelValue: true, customer: customer() } })
    await settle()
    await wrapper.setProps({ customer: customer({ isDisabled: true }) })
    expect(document.body.textContent).toContain(`Switch off the account of ${customer().name}?`)
    findByRole('button', 'Switch off').click()
    await settle()
    expect(sent).toEqual([{ isDisabled: true }])
  })
})
