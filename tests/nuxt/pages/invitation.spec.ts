import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseStatus, type H3Event } from 'h3'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import Invitation from '~/pages/invitation/[token].vue'
import { useSessionStore } from '~/stores/session'
import { expectAccessible } from '../support/expect-accessible'
import { findAllByRole, findByRole } from '../support/find-by-role'
import { mount, settle } from '../support/mount'

const answerProblem = (status: number, code: string) => (event: H3Event) => {
  setResponseStatus(event, status)
  return { type: 'about:blank', title: 'It did not work', status, detail: 'There is nothing here, or it is not yours to see.', code, requestId: 'req-9' }
}
const gone = answerProblem(404, 'not_found')

let read: (event: H3Event) => unknown
let accept: (event: H3Event) => unknown
registerEndpoint('/api/invitations/t0ken', { method: 'GET', handler: (event) => read(event) })
registerEndpoint('/api/invitations/t0ken', { method: 'POST', handler: (event) => accept(event) })

async function open() {
  await mount(Invitation, { route: '/invitation/t0ken' })
  await settle()
}

async function press() {
  findByRole('button', 'Set password and sign in').closest('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}

// The files that share this app begin at the address of the first page.
afterAll(() => navigateTo('/'))

describe('the page of an invitation', () => {
  beforeEach(() => {
    clearNuxtData()
    useSessionStore().user = { id: '019a0000-0000-7000-8000-0000000000c1', name: 'Anna Berg', email: 'anna@example.com', role: 'customer' }
    read = () => ({ name: 'Ada', email: 'ada@example.com', expiresAt: new Date(Date.now() + 3_600_000).toISOString(), isReset: false })
  })

  it('leads to the sign-in when the password was set by a press whose answer was lost', async () => {
    await open()
    accept = answerProblem(502, 'internal')
    await press()
    expect(findByRole('button', 'Set password and sign in')).toBeDefined()

    accept = read = gone
    await press()
    expect(findByRole('heading', 'This link no longer works')).toBeDefined()
    expect(document.body.textContent).toContain('Sign in')
    expect(findAllByRole('button', 'Set password and sign in')).toEqual([])
    await expectAccessible()
  })
})
