import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { describe, expect, it } from 'vitest'
import ServersAdminTable from '~/components/servers/AdminTable.vue'
import ServersProtection from '~/components/servers/Protection.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { mount, settle } from '../../support/mount'
import { adminServer, serverId } from './admin-server'

let status = 200
const bodies: unknown[] = []
registerEndpoint(`/api/admin/servers/${serverId}`, { method: 'PATCH', handler: async (event) => {
  bodies.push(await readBody(event))
  setResponseStatus(event, status)
  return status === 200 ? adminServer({ isProtected: true }) : { type: 'about:blank', title: 'Not possible right now', status, detail: 'This server is deleted.', code: 'server_state_conflict', requestId: 'req-1' }
} })

const toggle = () => document.querySelector<HTMLInputElement>('input[role=switch], input[type=checkbox]')

describe('ServersProtection', () => {
  it('switches the protection on', async () => {
    status = 200
    const wrapper = await mount(ServersProtection, { props: { server: adminServer() } })
    expect(toggle()?.checked).toBe(false)
    await expectAccessible()
    toggle()?.click()
    await expect.poll(() => wrapper.emitted('changed')?.length).toBe(1)
    expect(bodies.at(-1)).toEqual({ isProtected: true })
  })

  it('says what becomes of a deletion that is scheduled', async () => {
    const at = '2026-11-24T17:00:00.000Z'
    await mount(ServersProtection, { props: { server: adminServer({ isProtected: true, deletion: { requestedAt: at, dueAt: at, heldBy: 'berth' } }) } })
    expect(document.body.textContent).toContain('The scheduled deletion is refused when it is due.')
  })

  it('stays as it is, with the reason, when the API refuses', async () => {
    status = 409
    const wrapper = await mount(ServersProtection, { props: { server: adminServer() } })
    toggle()?.click()
    await settle()
    await expect.poll(() => document.body.textContent).toContain('This server is deleted.')
    await expect.poll(() => toggle()?.checked).toBe(false)
    expect(wrapper.emitted('changed')).toBeUndefined()
  })
})

describe('ServersAdminTable', () => {
  it('marks a protected server by a word, not by an icon alone', async () => {
    await mount(ServersAdminTable, { props: { servers: [adminServer({ isProtected: true })] } })
    expect(document.querySelector('tbody tr')?.textContent).toContain('Protected')
    await expectAccessible()
  })
})
