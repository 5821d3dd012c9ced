import { describe, expect, it } from 'vitest'
import ConfirmDialog from '~/components/ui/ConfirmDialog.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

async function open(props: object = {}) {
  const wrapper = await mount(ConfirmDialog, {
    props: { modelValue: true, title: 'Delete web-1 and its disk', confirmLabel: 'Delete', danger: true, ...props },
    slots: { default: () => 'Everything on it is gone.' },
  })
  await nextTick()
  return wrapper
}

async function type(text: string) {
  const input = findByRole('textbox') as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await nextTick()
}

describe('UiConfirmDialog', () => {
  it('has a title that names the danger', async () => {
    await open()
    expect(findByRole('dialog', 'Delete web-1 and its disk')).toBeDefined()
    await expectAccessible()
  })

  it('keeps the button off until the name is typed, then hands the text on', async () => {
    const wrapper = await open({ typed: 'web-1', typedOptions: ['vps-7k3m9'] })
    const button = findByRole('button', 'Delete')
    expect(button.hasAttribute('disabled')).toBe(true)
    await type('web')
    expect(button.hasAttribute('disabled')).toBe(true)
    await type('vps-7k3m9')
    expect(button.hasAttribute('disabled')).toBe(false)
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    expect(wrapper.emitted('confirm')).toEqual([['vps-7k3m9']])
  })

  it('does nothing while the first click is still being worked on', async () => {
    const wrapper = await open({ pending: true })
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    expect(wrapper.emitted('confirm')).toBeUndefined()
  })
})
