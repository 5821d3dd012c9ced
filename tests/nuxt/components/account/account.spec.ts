import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { describe, expect, it } from 'vitest'
import AccountPassword from '~/components/account/Password.vue'
import AccountSessions from '~/components/account/Sessions.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const session = (n: number, isCurrent: boolean) => ({
  id: `019a0000-0000-7000-8000-00000000000${n}`, isCurrent, ipAddress: `192.0.2.${n}`, userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  createdAt: '2026-10-01T08:00:00.000Z', lastSeenAt: new Date().toISOString(),
})

describe('AccountSessions', () => {
  it('tells this browser from the others and signs one of those out', async () => {
    let items = [session(2, false), session(1, true)]
    registerEndpoint('/api/account/sessions', () => ({ items, nextCursor: null }))
    registerEndpoint('/api/account/sessions/019a0000-0000-7000-8000-000000000002', { method: 'DELETE', handler: () => {
      items = items.slice(1)
      return { ok: true }
    } })
    await mount(AccountSessions)
    await settle()
    expect(findAllByRole('listitem')).toHaveLength(2)
    expect(findAllByRole('listitem')[0]?.textContent).toContain('This browser')
    await expectAccessible()
    findByRole('button', 'Sign out Firefox on Linux, 192.0.2.2').click()
    await settle()
    expect(findAllByRole('listitem')).toHaveLength(1)
  })
})

describe('a session that is over already', () => {
  it('just leaves the list: that it can\'t be ended once more is no problem', async () => {
    clearNuxtData()
    let items = [session(1, true), session(3, false)]
    registerEndpoint('/api/account/sessions', () => ({ items, nextCursor: null }))
    registerEndpoint('/api/account/sessions/019a0000-0000-7000-8000-000000000003', { method: 'DELETE', handler: (event) => {
      items = items.slice(0, 1)
      setResponseStatus(event, 404)
      return { type: 'about:blank', title: 'Not found', status: 404, detail: 'There is nothing here, or it is not yours to see.', code: 'not_found', requestId: 'r' }
    } })
    await mount(AccountSessions)
    await settle()
    findByRole('button', 'Sign out Firefox on Linux, 192.0.2.3').click()
    await settle()
    expect(findAllByRole('listitem')).toHaveLength(1)
    expect(findAllByRole('alert')).toEqual([])
  })
})

describe('AccountPassword', () => {
  it('refuses a short password in place, then sends both and forgets them', async () => {
    const bodies: unknown[] = []
    registerEndpoint('/api/account/password', { method: 'POST', handler: async (event) => {
      bodies.push(await readBody(event))
      return { ok: true }
    } })
    await mount(AccountPassword)
    const type = (name: string, text: string) => {
      const field = document.querySelector<HTMLInputElement>(`input[name=${name}]`)
      if (!field) throw new Error(`There is no field ${name}.`)
      field.value = text
      field.dispatchEvent(new Event('input', { bubbles: true }))
      return field
    }
    type('currentPassword', 'the old password')
    const field = type('newPassword', 'short')
    findByRole('button', 'Change password').click()
    await settle()
    expect(document.body.textContent).toContain('Use at least 12 characters.')
    expect(document.activeElement).toBe(field)
    expect(bodies).toEqual([])

    type('newPassword', 'a long enough password')
    findByRole('button', 'Change password').click()
    await settle()
    expect(bodies).toEqual([{ currentPassword: 'the old password', newPassword: 'a long enough password' }])
    expect(field.value).toBe('')
    await expectAccessible()
  })
})
