import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { describe, expect, it } from 'vitest'
import SettingsCredentials from '~/components/settings/Credentials.vue'
import type { VirtfusionSettings } from '#shared/schemas/settings'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { succeeded, virtfusionSettings, wrongPath } from './virtfusion-settings'

const PATH = '/api/admin/settings/virtfusion'

const show = (settings: VirtfusionSettings) => mount(SettingsCredentials, { props: { settings } })
const field = (name: string) => findByRole('textbox', name) as HTMLInputElement

function type(name: string, text: string) {
  const input = field(name)
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
}

/** Records what is sent, and answers. */
function answer(method: 'POST' | 'PUT', path: string, reply: (body: unknown) => unknown, status = 200): unknown[] {
  const bodies: unknown[] = []
  registerEndpoint(path, { method, handler: async (event) => {
    const body: unknown = await readBody(event)
    bodies.push(body)
    setResponseStatus(event, status)
    return reply(body)
  } })
  return bodies
}

describe('SettingsCredentials', () => {
  it('shows where each value comes from, and of the token its ending only', async () => {
    await show(virtfusionSettings({ apiUrlSource: 'saved' }))
    expect(document.body.textContent).toContain('Saved here')
    expect(document.body.textContent).toContain('From the environment')
    expect(document.body.textContent).toContain('It ends in “…3f2a”.')
    expect(field('API token').value).toBe('')
    expect(field('API token').type).toBe('password')
    await expectAccessible()
  })

  it('tests what is in the form, says the exact sentence, and keeps what was typed', async () => {
    const bodies = answer('POST', `${PATH}/test`, () => succeeded)
    await show(virtfusionSettings())
    type('Address of the panel', 'https://new.example.com')
    type('API token', 'typed-token')
    findByRole('button', 'Test connection').click()
    await settle()

    expect(bodies).toEqual([{ apiUrl: 'https://new.example.com', token: 'typed-token' }])
    expect(document.body.textContent).toContain('VirtFusion connection successful. Version: 7.1.0')
    expect(field('Address of the panel').value).toBe('https://new.example.com')
    expect(field('API token').value).toBe('typed-token')
  })

  it('warns of a certificate that runs out soon, beside the success', async () => {
    const warning = { code: 'certificate_expires_soon', title: 'The certificate runs out soon', cause: 'The certificate of cp.example.com is valid for 9 more days.', fix: 'Renew the certificate on the panel.' }
    answer('POST', `${PATH}/test`, () => ({ ...succeeded, certificateDaysLeft: 9, warnings: [warning] }))
    await show(virtfusionSettings())
    findByRole('button', 'Test connection').click()
    await settle()
    expect(document.body.textContent).toContain(succeeded.message)
    for (const text of [warning.title, warning.cause, warning.fix]) expect(document.body.textContent).toContain(text)
    await expectAccessible()
  })

  it('keeps what was typed when Berth itself can\'t answer', async () => {
    answer('POST', `${PATH}/test`, () => ({ type: 'about:blank', title: 'Berth is not available', status: 503, code: 'unavailable', detail: 'The database does not answer right now.', requestId: 'r-9' }), 503)
    await show(virtfusionSettings())
    type('API token', 'typed-token')
    findByRole('button', 'Test connection').click()
    await settle()

    expect(document.body.textContent).toContain('The database does not answer right now.')
    expect(field('API token').value).toBe('typed-token')
  })

  it('puts the corrected address into the form with one press, and tests it', async () => {
    const bodies = answer('POST', `${PATH}/test`, (body) => ((body as { apiUrl: string }).apiUrl.endsWith('/api/v1') ? succeeded : wrongPath))
    await show(virtfusionSettings({ apiUrl: 'https://cp.example.com/panel' }))
    findByRole('button', 'Test connection').click()
    await settle()
    expect(document.body.textContent).toContain('Wrong path in the address')

    findByRole('button', 'Use this address').click()
    await settle()
    expect(field('Address of the panel').value).toBe('https://cp.example.com/api/v1')
    expect(bodies).toHaveLength(2)
    expect(document.body.textContent).toContain('VirtFusion connection successful.')
  })

  it('saves only what was changed, and a token never without the address that stands beside it', async () => {
    const bodies = answer('PUT', PATH, () => virtfusionSettings({ tokenSource: 'saved', version: 1 }))
    const wrapper = await show(virtfusionSettings())
    expect((findByRole('button', 'Save') as HTMLButtonElement).disabled).toBe(true)
    type('API token', 'typed-token')
    await settle()
    findByRole('button', 'Save').click()
    await settle()

    expect(bodies).toEqual([{ version: 0, apiUrl: 'https://cp.example.com', token: 'typed-token' }])
    expect(field('API token').value).toBe('')
    expect(wrapper.emitted('changed')).toHaveLength(1)
  })

  it('after a conflict shows the address that somebody else saved, keeps the token that was typed, and sends the two together', async () => {
    const theirs = virtfusionSettings({ apiUrl: 'https://other.example.com', apiUrlSource: 'saved', version: 1 })
    let isTold = false
    const bodies: unknown[] = []
    registerEndpoint(PATH, { method: 'PUT', handler: async (event) => {
      bodies.push(await readBody(event))
      if (isTold) return { ...theirs, version: 2 }
      isTold = true
      setResponseStatus(event, 409)
      return { type: 'about:blank', title: 'Conflict', status: 409, code: 'settings_changed', detail: 'Somebody else was faster.', requestId: 'r' }
    } })
    const wrapper = await show(virtfusionSettings())
    type('API token', 'typed-token')
    await settle()
    findByRole('button', 'Save').click()
    await settle()
    expect(wrapper.emitted('changed')).toHaveLength(1)
    await wrapper.setProps({ settings: theirs })
    expect(field('Address of the panel').value).toBe('https://other.example.com')
    expect(field('API token').value).toBe('typed-token')
    expect(document.body.textContent).toContain('Look whether the address that stands here now')

    findByRole('button', 'Save').click()
    await settle()
    expect(bodies).toEqual([
      { version: 0, apiUrl: 'https://cp.example.com', token: 'typed-token' },
      { version: 1, apiUrl: 'https://other.example.com', token: 'typed-token' },
    ])
  })

  it('shows what somebody else saved while nothing was typed here, and lets nothing change under what was', async () => {
    const wrapper = await show(virtfusionSettings())
    await wrapper.setProps({ settings: virtfusionSettings({ apiUrl: 'https://other.example.com', version: 1 }) })
    expect(field('Address of the panel').value).toBe('https://other.example.com')
    type('API token', 'typed-token')
    await wrapper.setProps({ settings: virtfusionSettings({ apiUrl: 'https://third.example.com', version: 2 }) })
    expect(field('Address of the panel').value).toBe('https://other.example.com')
    const bodies = answer('PUT', PATH, () => virtfusionSettings({ version: 3 }))
    await settle()
    findByRole('button', 'Save').click()
    await settle()
    expect(bodies).toEqual([{ version: 1, apiUrl: 'https://other.example.com', token: 'typed-token' }])
  })

  it('asks for the token at its field when the address is another machine', async () => {
    answer('PUT', PATH, () => ({ type: 'about:blank', title: 'Some input does not fit', status: 400, code: 'invalid_input', detail: 'x', requestId: 'r', fields: { token: 'Enter the API token of https://new.example.com.' } }), 400)
    await show(virtfusionSettings())
    type('Address of the panel', 'https://new.example.com')
    await settle()
    expect(document.body.textContent).toContain('Enter the token of this one.')
    findByRole('button', 'Save').click()
    await settle()

    expect(document.body.textContent).toContain('Enter the API token of https://new.example.com.')
    expect(document.activeElement).toBe(field('API token'))
    expect(field('Address of the panel').value).toBe('https://new.example.com')
  })

  it('keeps the last test on the screen with its time and person', async () => {
    await show(virtfusionSettings({ lastTest: { ...wrongPath, apiUrl: 'https://cp.example.com/panel', testedAt: '2026-11-20T10:00:00.000Z', testedBy: 'Ada Admin', isInForce: false } }))
    expect(document.body.textContent).toMatch(/Tested .* by Ada Admin, with values that are not in force/)
    expect(document.body.textContent).toContain('https://cp.example.com/panel')
    await expectAccessible()
  })

  describe('with a private authority', () => {
    const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'
    const area = () => document.querySelector<HTMLTextAreaElement>('textarea[name=caPem]')
    const enter = (text: string) => {
      const input = area()
      if (!input) throw new Error('no field for the authority')
      input.value = text
      input.dispatchEvent(new Event('input', { bubbles: true }))
    }
    const heading = () => findByRole('button', /^Private certificate authority/)

    it('keeps the field folded away until there is one', async () => {
      await show(virtfusionSettings())
      expect(heading().getAttribute('aria-expanded')).toBe('false')
      heading().click()
      await settle()
      expect(heading().getAttribute('aria-expanded')).toBe('true')
      await expectAccessible()
    })

    it('tests with it before it is saved, and saves it alone', async () => {
      const tested = answer('POST', `${PATH}/test`, () => succeeded)
      const saved = answer('PUT', PATH, () => virtfusionSettings({ caPem: PEM, version: 1 }))
      await show(virtfusionSettings())
      enter(`${PEM}\n`)
      await settle()
      findByRole('button', 'Test connection').click()
      await settle()
      expect(tested).toEqual([{ apiUrl: 'https://cp.example.com', caPem: PEM }])
      findByRole('button', 'Save').click()
      await settle()
      expect(saved).toEqual([{ version: 0, caPem: PEM }])
    })

    it('shows the saved one, and takes it away', async () => {
      const saved = answer('PUT', PATH, () => virtfusionSettings({ caPem: null, version: 2 }))
      await show(virtfusionSettings({ caPem: PEM, version: 1 }))
      expect(heading().textContent).toContain('(set)')
      expect(area()?.value).toBe(PEM)
      await expectAccessible()
      findByRole('button', 'Remove this authority').click()
      await settle()
      findByRole('button', 'Save').click()
      await settle()
      expect(saved).toEqual([{ version: 1, caPem: null }])
      expect(area()?.value).toBe('')
    })

    it('opens at its field when the text is no certificate', async () => {
      const message = 'This is no certificate in PEM form.'
      answer('PUT', PATH, () => ({ type: 'about:blank', title: 'Some input does not fit', status: 400, code: 'invalid_input', detail: 'x', requestId: 'r', fields: { caPem: message } }), 400)
      await show(virtfusionSettings())
      enter('none')
      await settle()
      findByRole('button', 'Save').click()
      await settle()
      expect(heading().getAttribute('aria-expanded')).toBe('true')
      expect(document.body.textContent).toContain(message)
      expect(document.activeElement).toBe(area())
    })
  })

  it('offers the way back to the environment only when something is saved', async () => {
    await show(virtfusionSettings())
    expect(findAllByRole('button', 'Revert to environment')).toEqual([])
  })

  it('promises nothing of an environment that does not hold both', async () => {
    await show(virtfusionSettings({ apiUrlSource: 'saved', hasEnvironment: false }))
    findByRole('button', 'Remove saved values').click()
    await settle()
    expect(document.body.textContent).toContain('does not hold both an address and a token, so Berth is then connected to no panel')
  })

  it('offers it for a certificate authority alone', async () => {
    await show(virtfusionSettings({ caPem: '-----BEGIN CERTIFICATE-----' }))
    expect(findAllByRole('button', 'Revert to environment')).toHaveLength(1)
  })
})
