import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { describe, expect, it } from 'vitest'
import SettingsOrders from '~/components/settings/Orders.vue'
import type { OrderSettings } from '#shared/schemas/engine-settings'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const settings: OrderSettings = { mode: 'direct', whenNotFound: 'ask', sendAgainMinutes: 60, sendAgainEndedAt: null, buildAgain: true, version: 3, updatedAt: null, updatedBy: null }

function answer(status: number, body: unknown): { bodies: unknown[] } {
  const seen: { bodies: unknown[] } = { bodies: [] }
  registerEndpoint('/api/admin/settings/orders', { method: 'PUT', handler: async (event) => {
    seen.bodies.push(await readBody(event))
    setResponseStatus(event, status)
    return body
  } })
  return seen
}

async function click(selector: string) {
  document.querySelector<HTMLInputElement>(selector)?.click()
  await settle()
}

async function submit() {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}

describe('SettingsOrders', () => {
  it('asks a person as long as nobody says otherwise, and says what that costs', async () => {
    await mount(SettingsOrders, { props: { settings } })
    expect(document.querySelector<HTMLInputElement>('input[value=ask]')?.checked).toBe(true)
    expect(document.body.textContent).toContain('stand still until then')
    expect((findByRole('button', 'Save') as HTMLButtonElement).disabled).toBe(true)
    await expectAccessible()
  })

  it('says that it asks again because the panel is another one', async () => {
    await mount(SettingsOrders, { props: { settings: { ...settings, sendAgainEndedAt: new Date().toISOString() } } })
    expect(document.body.textContent).toContain('the panel is another one, and sending again was chosen for the former one')
  })

  it('names the risk of sending again, and saves it only once that is understood', async () => {
    const seen = answer(200, { ...settings, whenNotFound: 'send_again', version: 4 })
    const wrapper = await mount(SettingsOrders, { props: { settings } })
    await click('input[value=send_again]')
    expect(document.body.textContent).toContain('makes a second server for the same order')
    await expectAccessible()
    await submit()
    expect(document.body.textContent).toContain('Tick this to let Berth send an order again by itself.')
    expect(document.activeElement?.getAttribute('name')).toBe('isRiskUnderstood')
    expect(seen.bodies).toEqual([])

    await click('input[name=isRiskUnderstood]')
    await submit()
    expect(seen.bodies).toEqual([{ whenNotFound: 'send_again', sendAgainMinutes: 60, isRiskUnderstood: true, buildAgain: true, version: 3 }])
    expect(wrapper.emitted('changed')).toHaveLength(1)
  })

  it('is no conflict when another part of these settings was saved meanwhile, and what is typed stays', async () => {
    const seen = answer(200, { ...settings, whenNotFound: 'ask', buildAgain: false, version: 5 })
    const wrapper = await mount(SettingsOrders, { props: { settings } })
    await click('input[name=buildAgain]')
    await wrapper.setProps({ settings: { ...settings, mode: 'escrow', version: 4 } })
    await submit()
    expect(seen.bodies).toEqual([{ whenNotFound: 'ask', sendAgainMinutes: 60, isRiskUnderstood: false, buildAgain: false, version: 4 }])
  })

  it('takes what somebody else has saved over a form that nobody has touched', async () => {
    const wrapper = await mount(SettingsOrders, { props: { settings } })
    await wrapper.setProps({ settings: { ...settings, whenNotFound: 'send_again', version: 4 } })
    expect(document.querySelector<HTMLInputElement>('input[value=send_again]')?.checked).toBe(true)
    expect((findByRole('button', 'Save') as HTMLButtonElement).disabled).toBe(true)
  })

  it('keeps the choice when somebody else was faster, and says so', async () => {
    answer(409, { type: 'about:blank', title: 'Conflict', status: 409, detail: 'Somebody else changed these settings a moment ago.', code: 'settings_changed', requestId: 'r' })
    await mount(SettingsOrders, { props: { settings: { ...settings, whenNotFound: 'send_again' } } })
    await click('input[value=ask]')
    await submit()
    expect(findAllByRole('alert').map((alert) => alert.textContent).join()).toContain('Somebody else changed these settings')
    expect(document.querySelector<HTMLInputElement>('input[value=ask]')?.checked).toBe(true)
  })

  it('reads again after a conflict, keeps what was changed here over what they saved, and goes through the next time', async () => {
    answer(409, { type: 'about:blank', title: 'Conflict', status: 409, detail: 'Somebody else changed these settings a moment ago.', code: 'settings_changed', requestId: 'r' })
    const wrapper = await mount(SettingsOrders, { props: { settings } })
    await click('input[name=buildAgain]')
    await submit()
    expect(wrapper.emitted('changed')).toHaveLength(1)
    await wrapper.setProps({ settings: { ...settings, whenNotFound: 'send_again', version: 9 } })

    const seen = answer(200, { ...settings, whenNotFound: 'send_again', buildAgain: false, version: 10 })
    await submit()
    expect(seen.bodies).toEqual([{ whenNotFound: 'send_again', sendAgainMinutes: 60, isRiskUnderstood: true, buildAgain: false, version: 9 }])
  })

  it('goes through the next time also where the page knew before the save what they had saved', async () => {
    answer(409, { type: 'about:blank', title: 'Conflict', status: 409, detail: 'Somebody else changed these settings a moment ago.', code: 'settings_changed', requestId: 'r' })
    const wrapper = await mount(SettingsOrders, { props: { settings } })
    await click('input[name=buildAgain]')
    await wrapper.setProps({ settings: { ...settings, whenNotFound: 'send_again', version: 9 } })
    await submit()

    const seen = answer(200, { ...settings, whenNotFound: 'send_again', buildAgain: false, version: 10 })
    await submit()
    expect(seen.bodies).toMatchObject([{ whenNotFound: 'send_again', buildAgain: false, version: 9 }])
  })
})
