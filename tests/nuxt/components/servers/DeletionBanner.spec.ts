import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { describe, expect, it } from 'vitest'
import ServersDeletionBanner from '~/components/servers/DeletionBanner.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'
import { accepted, adminServer, serverId } from './admin-server'

function scheduled(minutes: number) {
  const now = Date.now()
  return {
    ...adminServer(),
    deletion: { requestedAt: new Date(now).toISOString(), dueAt: new Date(now + minutes * 60_000 + 30_000).toISOString(), heldBy: 'berth' as const },
  }
}

describe('ServersDeletionBanner', () => {
  it('says how long is left and cancels with one press', async () => {
    registerEndpoint(`/api/admin/servers/${serverId}/cancel-deletion`, { method: 'POST', handler: () => accepted('delete') })
    const wrapper = await mount(ServersDeletionBanner, { props: { server: scheduled(60 * 23 + 12), isHalted: false } })
    expect(findByRole('note').textContent).toContain('23 hours 12 minutes')
    expect(findAllByRole('alert'), 'what counts down must not interrupt every minute').toEqual([])
    await expectAccessible()

    findByRole('button', 'Cancel deletion').click()
    await expect.poll(() => wrapper.emitted('changed')?.length).toBe(1)
  })

  it('can be cancelled while another operation is under way', async () => {
    const server = { ...scheduled(5), operation: { ...accepted('suspend').operation, state: 'waiting' as const } }
    await mount(ServersDeletionBanner, { props: { server, isHalted: false } })
    expect(findByRole('button', 'Cancel deletion')).toBeDefined()
  })

  it('offers no cancelling of what the panel holds, and says why', async () => {
    const server = scheduled(60 * 23 + 12)
    await mount(ServersDeletionBanner, { props: { server: { ...server, lifecycle: 'deleting' as const, deletion: { ...server.deletion, heldBy: 'panel' as const } }, isHalted: false } })
    expect(findByRole('note').textContent).toContain('The panel deletes this server and its disk in 23 hours 12 minutes')
    expect(findByRole('note').textContent).toContain('its API has no way to call it off')
    expect(() => findByRole('button', 'Cancel deletion')).toThrow()
    await expectAccessible()
  })

  it('counts nothing down that waits for a decision: it never begins by itself', async () => {
    await mount(ServersDeletionBanner, { props: { server: scheduled(5), isHalted: true } })
    expect(findByRole('note').textContent).toContain('does not begin by itself any more')
    expect(findByRole('note').textContent).not.toContain('5 minutes')
    expect(findByRole('button', 'Cancel deletion')).toBeDefined()
  })

  it('offers no cancelling once the deletion is under way', async () => {
    await mount(ServersDeletionBanner, { props: { server: { ...scheduled(0), lifecycle: 'deleting' as const }, isHalted: false } })
    expect(() => findByRole('button', 'Cancel deletion')).toThrow()
    expect(document.body.textContent).toContain('This server is being deleted.')
  })
})
