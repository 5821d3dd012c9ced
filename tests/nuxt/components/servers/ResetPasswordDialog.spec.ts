import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { createError, setResponseStatus, type H3Event } from 'h3'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import RootPassword from '~/components/my-servers/RootPassword.vue'
import ServersActions from '~/components/servers/Actions.vue'
import { customerServer } from '../../support/customer-server'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { adminServer, serverId } from './admin-server'

const PASSWORD = 'l1LMzm2JGhWYdjjn8JkC'
const made = { user: 'root', password: PASSWORD, isSet: true }
let reply: (event: H3Event) => unknown = () => made
const asked: string[] = []
const answer = (event: H3Event) => {
  asked.push(event.path.replace(/^\/_/, ''))
  return reply(event)
}
registerEndpoint(`/api/servers/${customerServer().id}/reset-password`, { method: 'POST', handler: answer })
registerEndpoint(`/api/admin/servers/${serverId}/reset-password`, { method: 'POST', handler: answer })

let safeMode: object | null = null
registerEndpoint('/api/panel', () => ({ state: 'reachable', since: null, lastSuccessAt: null, version: null, diagnosis: null, safeMode }))

const showCustomer = (given: Parameters<typeof customerServer>[0] = {}) => mount(RootPassword, { props: { server: customerServer(given) } })
const opener = () => findByRole('button', 'Reset root password')
async function press(name: string) {
  findByRole('button', name).click()
  await settle()
}
async function ask() {
  opener().focus()
  await press('Reset root password')
}
async function confirm() {
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
  await settle()
}
const field = () => findByRole('textbox', 'New password') as HTMLInputElement

beforeEach(() => {
  asked.length = 0
  reply = () => made
  safeMode = null
  clearNuxtData()
})

describe('a new root password', () => {
  it('says what happens before anything is sent, and shows the password once, hidden until it is asked for', async () => {
    await showCustomer()
    await ask()
    expect(asked).toEqual([])
    expect(findByRole('dialog', 'Reset the root password of web-1?').textContent).toContain('A new password for root (or the administrator) is set inside the running server. The old one stops working.')
    await expectAccessible()

    await confirm()
    expect(asked).toEqual([`/api/servers/${customerServer().id}/reset-password`])
    expect(findByRole('dialog', 'The new password of web-1').textContent).toContain('It is not kept by Berth')
    expect([field().type, field().value]).toEqual(['password', PASSWORD])
    expect(document.body.textContent).not.toContain(PASSWORD)
    expect(document.activeElement).toBe(findByRole('button', 'Copy password'))
    await press('Show the password')
    expect(field().type).toBe('text')
    await expectAccessible()
  })

  it('is gone from the page once the dialog is closed, and the button has the focus again', async () => {
    await showCustomer()
    await ask()
    await confirm()
    await press('Done')
    await expect.poll(() => document.body.innerHTML.includes(PASSWORD)).toBe(false)
    expect(findAllByRole('textbox', 'New password')).toEqual([])
    await expect.poll(() => document.activeElement === opener()).toBe(true)
    await ask()
    expect(findByRole('dialog', 'Reset the root password of web-1?')).toBeTruthy()
  })

  it('is copied at a press, and selected in the open where the browser does not allow that', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValueOnce()
    await showCustomer()
    await ask()
    await confirm()
    await press('Copy password')
    expect(write).toHaveBeenCalledWith(PASSWORD)
    expect(findAllByRole('status').some((status) => status.textContent === 'The password is copied')).toBe(true)

    write.mockRejectedValueOnce(new Error('not allowed'))
    await press('Copied')
    expect(field().type).toBe('text')
    write.mockRestore()
  })

  it('says that it may not work yet while the panel has not confirmed it', async () => {
    reply = () => ({ ...made, isSet: false })
    await showCustomer()
    await ask()
    await confirm()
    expect(document.body.textContent).toContain('Wait a minute before you use the password')
  })

  it('says that the password may have been changed when the way to Berth broke off, and offers to reset again', async () => {
    reply = () => { throw createError({ statusCode: 504 }) }
    await showCustomer()
    await ask()
    await confirm()
    expect(findByRole('alert').textContent).toContain('The answer was lost, so the password may have been changed. Reset it again to get one that you can see.')
    expect(asked).toHaveLength(1)
    reply = () => made
    await confirm()
    expect(field().value).toBe(PASSWORD)
  })

  it('tells a refusal in the words that came with it', async () => {
    reply = (event) => {
      setResponseStatus(event, 429)
      return { type: 'about:blank', title: 'Too many tries', status: 429, code: 'too_many_requests', detail: 'Too many tries. Wait 20 seconds, then try again.', requestId: 'r-1' }
    }
    await showCustomer()
    await ask()
    await confirm()
    expect(findByRole('alert').textContent).toContain('Wait 20 seconds')
    expect(document.body.textContent).not.toContain('may have been changed')
  })
})

describe('MyServersRootPassword', () => {
  it.each([
    ['is suspended', { suspension: { since: '2026-11-20T10:00:00.000Z', reason: null } }, 'This server is suspended.'],
    ['is switched off', { power: 'stopped' as const }, 'It is switched off. Start it first.'],
    ['is being made', { lifecycle: 'provisioning' as const }, 'This server is still being made.'],
  ])('is off, with the reason, while the server %s', async (_, given, reason) => {
    await showCustomer(given)
    expect(opener().hasAttribute('disabled')).toBe(true)
    expect(document.body.textContent).toContain(reason)
  })

  it('is off while the host has paused changes', async () => {
    safeMode = { since: new Date().toISOString(), reason: null }
    await showCustomer()
    await settle()
    expect(opener().hasAttribute('disabled')).toBe(true)
    expect(document.body.textContent).toContain('Changes are paused by your host.')
  })
})

describe('an admin\'s reset', () => {
  it('goes to the admin\'s route, and names the missing permission', async () => {
    reply = (event) => {
      setResponseStatus(event, 422)
      return {
        type: 'about:blank', title: 'The panel refused', status: 422, code: 'permission_missing', detail: 'The API token may not do this, so nothing was changed.', requestId: 'r-2',
        diagnosis: { code: 'forbidden', title: 'Permission missing', cause: 'The API token is valid but may not reset the password of a server.', fix: 'In VirtFusion under Configuration, API, allow it.', params: {} },
      }
    }
    await mount(ServersActions, { props: { server: adminServer() } })
    await ask()
    await confirm()
    expect(asked).toEqual([`/api/admin/servers/${serverId}/reset-password`])
    expect(findByRole('alert').textContent).toContain('may not reset the password of a server')
  })
})
