import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { getRequestHeader, readBody } from 'h3'
import { describe, expect, it } from 'vitest'
import ServersActions from '~/components/servers/Actions.vue'
import type { AdminServer } from '#shared/schemas/servers'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { accepted, adminServer, operation, serverId } from './admin-server'

const show = (server: AdminServer) => mount(ServersActions, { props: { server } })

describe('ServersActions', () => {
  it('switches off what is not possible and says why in words beside the buttons', async () => {
    await show(adminServer())

    const start = findByRole('button', 'Start') as HTMLButtonElement
    expect(start.disabled).toBe(true)
    const reasons = document.getElementById(start.getAttribute('aria-describedby') ?? '')
    expect(reasons?.textContent).toContain('Start: It is already running.')
    expect((findByRole('button', 'Restart') as HTMLButtonElement).disabled).toBe(false)
    await expectAccessible()
  })

  it('offers what an old observation speaks against, so that nobody is locked out by it', async () => {
    await show(adminServer({ freshness: 'stale' }))

    expect(findAllByRole('button').filter((button) => (button as HTMLButtonElement).disabled)).toEqual([])
  })

  it('offers nothing while another operation holds the server', async () => {
    await show(adminServer({ operation: operation() }))

    expect(findAllByRole('button').every((button) => (button as HTMLButtonElement).disabled)).toBe(true)
    expect(document.body.textContent).toContain('A suspension is under way. Wait until it is finished.')
  })

  it('still offers to suspend and delete a server whose customer restarts it without pause', async () => {
    await show(adminServer({ operation: operation({ kind: 'restart' }) }))

    expect((findByRole('button', 'Suspend') as HTMLButtonElement).disabled).toBe(false)
    expect((findByRole('button', 'Restart') as HTMLButtonElement).disabled).toBe(true)
  })

  it('offers Unsuspend in place of Suspend for a suspended server', async () => {
    await show(adminServer({ suspension: { since: '2026-11-20T10:00:00.000Z', reason: 'Unpaid', by: null } }))

    expect(findAllByRole('button', 'Suspend')).toEqual([])
    expect((findByRole('button', 'Unsuspend') as HTMLButtonElement).disabled).toBe(false)
  })

  it('starts a stopped server with one press and an idempotency key', async () => {
    const seen: { body: unknown, key: string | undefined }[] = []
    registerEndpoint(`/api/admin/servers/${serverId}/power`, { method: 'POST', handler: async (event) => {
      seen.push({ body: await readBody(event), key: getRequestHeader(event, 'idempotency-key') })
      return accepted('boot')
    } })
    const wrapper = await show(adminServer({ power: 'stopped' }))

    findByRole('button', 'Start').click()
    await expect.poll(() => wrapper.emitted('changed')?.length).toBe(1)
    expect(seen).toEqual([{ body: { action: 'boot' }, key: expect.stringMatching(/^.{20,}$/) }])
  })

  it('asks before it cuts the power, and tells what that does', async () => {
    await show(adminServer())
    findByRole('button', 'Power off').click()
    await settle()

    expect(findByRole('dialog', 'Power off web-1?').textContent).toContain('What is not yet written to disk is lost.')
  })
})
