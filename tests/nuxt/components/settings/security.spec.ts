import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import SecurityPage from '~/pages/admin/settings/security.vue'
import type { Security } from '#shared/schemas/settings'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const PATH = '/api/admin/settings/security'
const you = { id: '019a0000-0000-7000-8000-000000000001', name: 'Ada', email: 'ada@host.example', isYou: true, sessions: 1, lastSignInAt: new Date().toISOString() }
const mara = { id: '019a0000-0000-7000-8000-000000000002', name: 'Mara', email: 'mara@host.example', isYou: false, sessions: 3, lastSignInAt: new Date().toISOString() }
const nora = { ...mara, id: '019a0000-0000-7000-8000-000000000003', name: 'Nora', email: 'nora@host.example', sessions: 0, lastSignInAt: null }
const security: Security = {
  admins: [you, mara, nora],
  facts: [
    { code: 'secret_environment', title: 'Key that encrypts the API token', value: 'From the environment', variable: 'APP_SECRET', level: 'ok', advice: null },
    { code: 'cookies_plain', title: 'Session cookies', value: 'Not Secure: sent over plain http', variable: 'PUBLIC_URL', level: 'warning', advice: 'Use Berth over https only.' },
    { code: 'sessions', title: 'How long a sign-in lasts', value: 'Admins: 8 hours', variable: null, level: 'ok', advice: null },
  ],
}

let answer: (event: H3Event) => unknown
registerEndpoint(PATH, (event) => answer(event))

async function open() {
  await mount(SecurityPage)
  await settle()
}
const text = () => document.body.textContent?.replace(/\s+/g, ' ') ?? ''

describe('the security settings', () => {
  beforeEach(() => {
    clearNuxtData()
    answer = () => security
  })

  it('say what is at risk and what to do, each with its variable', async () => {
    await open()
    expect(text()).toMatch(/Key that encrypts the API token\s*From the environment\s*Variable: APP_SECRET/)
    expect(text()).toMatch(/Session cookies\s*At risk\s*Not Secure: sent over plain http\s*What to do: Use Berth over https only\.\s*Variable: PUBLIC_URL/)
    expect(text()).toContain('Built in: no variable changes it')
    expect(text().match(/At risk/g)).toHaveLength(1)
    await expectAccessible()
  })

  it('sign another admin out everywhere once that was confirmed, and show who is left', async () => {
    let asked = 0
    registerEndpoint(`${PATH}/admins/${mara.id}/sign-out`, { method: 'POST', handler: () => {
      asked += 1
      answer = () => ({ ...security, admins: [you, { ...mara, sessions: 0 }, nora] })
      return { ended: 3 }
    } })
    await open()
    expect(text()).toContain('3 browsers signed in')
    findByRole('button', 'Sign out everywhere, Mara').click()
    await settle()
    expect(asked).toBe(0)
    expect(text()).toContain('Mara is signed out in 3 browsers and can sign in again with the password.')
    await expectAccessible()
    findByRole('button', 'Sign out').click()
    await settle()
    expect(asked).toBe(1)
    expect(findAllByRole('button', /^Sign out everywhere/)).toEqual([])
  })

  it('offer nothing for an admin who is not signed in, nor for the only browser that asks', async () => {
    await open()
    expect(findAllByRole('button').map((button) => button.getAttribute('aria-label') ?? button.textContent)).toEqual(['Sign out everywhere, Mara'])
    expect(text()).toContain('Not signed in · never signed in')
  })

  it('offer to sign out the own other browsers, and say that this one stays', async () => {
    answer = () => ({ ...security, admins: [{ ...you, sessions: 2 }] })
    await open()
    findByRole('button', 'Sign out other browsers').click()
    await settle()
    expect(text()).toContain('This browser stays signed in.')
  })

  it('show what went wrong and read again when asked', async () => {
    answer = (event) => {
      setResponseStatus(event, 503)
      return { type: 'about:blank', title: 'Berth is not available', status: 503, detail: 'The database does not answer right now.', code: 'unavailable', requestId: 'req-9' }
    }
    await open()
    expect(findByRole('alert').textContent).toContain('req-9')
    answer = () => security
    findByRole('button', 'Try again').click()
    await settle()
    expect(findByRole('heading', 'How Berth runs')).toBeDefined()
  })
})
