import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import SettingsSafety from '~/components/settings/Safety.vue'
import type { SafetySettingsAnswer } from '#shared/schemas/safety'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

const settings: SafetySettingsAnswer = { suspensionPolicy: 'report', harmPerHour: 20, harmPercentPerHour: 2, fleet: 240, liftedSuspensions: 0, updatedAt: null, updatedBy: null, version: 3 }
let answer: { status: number, body: object }
const bodies: unknown[] = []
registerEndpoint('/api/admin/settings/safety', { method: 'PUT', handler: async (event) => {
  bodies.push(await readBody(event))
  setResponseStatus(event, answer.status)
  return answer.body
} })
beforeEach(() => { bodies.length = 0 })

async function type(label: RegExp, text: string) {
  const input = findByRole('textbox', label) as HTMLInputElement
  input.dispatchEvent(new Event('focus'))
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await nextTick()
  input.dispatchEvent(new Event('change', { bubbles: true }))
  input.dispatchEvent(new Event('blur'))
  await nextTick()
}

const save = () => document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))

describe('SettingsSafety', () => {
  it('explains each policy in a sentence, and the limits by an example with this fleet', async () => {
    await mount(SettingsSafety, { props: { settings } })
    const text = document.body.textContent ?? ''
    expect(text).toContain('Berth changes nothing, and tells the admins that a server runs that should be suspended.')
    expect(findByRole('status').textContent).toBe('With 240 servers: 20 an hour.')
    await expectAccessible()
  })

  it('says that the wish stays with "Leave it", and how many servers "Suspend it again" would begin with, with the way to let them run', async () => {
    await mount(SettingsSafety, { props: { settings: { ...settings, suspensionPolicy: 'off', liftedSuspensions: 3 } } })
    expect(document.body.textContent).toContain('That the server is to be suspended stays on record')
    expect(document.body.textContent).not.toContain('would be suspended now')
    document.querySelector<HTMLInputElement>('input[type=radio][value="enforce"]')?.click()
    await expect.poll(() => document.body.textContent).toContain('3 servers would be suspended now')
    expect(document.body.textContent).toContain('save "Report it" first')
    expect(findByRole('link', 'Drift').getAttribute('href')).toBe('/admin/drift?field=suspension')
    await expectAccessible()
  })

  it('counts nothing where "Suspend it again" is in force already: the sweep deals with them', async () => {
    await mount(SettingsSafety, { props: { settings: { ...settings, suspensionPolicy: 'enforce', liftedSuspensions: 3 } } })
    expect(document.body.textContent).not.toContain('would be suspended now')
  })

  it('reckons the example anew while the limits change, and sends what was changed with the version it was loaded with', async () => {
    answer = { status: 200, body: { ...settings, harmPercentPerHour: 25, version: 4 } }
    const wrapper = await mount(SettingsSafety, { props: { settings } })
    await type(/Percent of the fleet/, '25')
    expect(findByRole('status').textContent).toBe('With 240 servers: 60 an hour.')
    save()
    await expect.poll(() => wrapper.emitted('changed')?.length).toBe(1)
    expect(bodies).toEqual([{ suspensionPolicy: 'report', harmPerHour: 20, harmPercentPerHour: 25, version: 3 }])
  })

  it('keeps the form with the reason in it when somebody else was faster, and reads again what is in force', async () => {
    answer = { status: 409, body: { type: 'about:blank', title: 'Not possible right now', status: 409, detail: 'Somebody else changed these settings a moment ago.', code: 'settings_changed', requestId: 'req-1' } }
    const wrapper = await mount(SettingsSafety, { props: { settings } })
    await type(/Percent of the fleet/, '30')
    save()
    await expect.poll(() => document.body.textContent).toContain('Somebody else changed these settings a moment ago.')
    expect(wrapper.emitted('changed')).toHaveLength(1)
    expect((findByRole('textbox', /Percent of the fleet/) as HTMLInputElement).value).toBe('30')
  })
})
