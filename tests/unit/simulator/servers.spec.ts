import { describe, expect, it } from 'vitest'
import { effects, rig } from './support.ts'

const wish = { packageId: 1, userId: 2, hypervisorId: 1, ipv4: 1 }

describe('create', () => {
  it('allocates on a hypervisor of the group: addresses at once, nothing installed, no name', async () => {
    const panel = await rig()
    const reply = await panel.call('POST', '/servers', wish)
    expect(reply.status).toBe(201)
    expect(reply.get('data')).toMatchObject({ id: 101, ownerId: 2, commissionStatus: 0, state: 'allocated', name: '', hostname: null, built: null })
    expect(reply.get('data.hypervisor.groupId')).toBe(1)
    expect(reply.get('data.hypervisorId')).not.toBe(1)
    expect(reply.get('data.network.interfaces.0.ipv4')).toHaveLength(1)
    expect(reply.get('data.settings.resources')).toEqual({ memory: 1024, storage: 20, traffic: 1000, cpuCores: 1 })
  })

  it('takes overrides in place of what the package gives', async () => {
    const panel = await rig()
    const reply = await panel.call('POST', '/servers', { ...wish, memory: 3000, storage: 33, cpuCores: 3, traffic: 0, ipv4: 2 })
    expect(reply.get('data.settings.resources')).toEqual({ memory: 3000, storage: 33, traffic: 0, cpuCores: 3 })
    expect(reply.get('data.network.interfaces.0.ipv4')).toHaveLength(2)
  })

  it('reserves nothing and writes no effect on a dry run', async () => {
    const panel = await rig()
    const { status } = await panel.call('POST', '/servers?dryRun=true', wish)
    expect(status).toBe(200)
    expect((await panel.call('GET', '/servers')).get('total')).toBe(0)
    expect(effects(panel)).toEqual([])
  })

  it.each([
    ['an unknown package', { packageId: 77 }, 'The package does not exist'],
    ['a disabled package', { packageId: 9 }, 'The package is disabled'],
    ['an unknown user', { userId: 77 }, 'The user does not exist'],
    ['an e-mail as user', { userId: 'a@b.example' }, 'The user id must be an integer.'],
    ['a hypervisor in place of a group', { hypervisorId: 11 }, 'The hypervisor group does not exist or is disabled'],
    ['a group without room', { hypervisorId: 3 }, 'No hypervisor in the group has enough free memory'],
    ['an unknown firewall ruleset', { firewallRulesets: [99] }, 'Invalid or disabled firewall ruleset'],
  ])('refuses %s with 422 and a sentence', async (_case, change, sentence) => {
    const panel = await rig()
    const { status, body } = await panel.call('POST', '/servers', { ...wish, ...change })
    expect([status, body]).toEqual([422, { errors: [sentence] }])
  })

  it.each([
    ['memory', 'No hypervisor in the group has enough free memory'],
    ['disk', 'No hypervisor in the group has enough free storage'],
    ['ipv4', 'Not enough IPv4 addresses are available in the group'],
  ])('refuses when the switch says that %s is gone', async (capacityGone, sentence) => {
    const panel = await rig()
    await panel.switch('POST', '/settings', { capacityGone })
    expect((await panel.call('POST', '/servers', wish)).body).toEqual({ errors: [sentence] })
  })

  it('uses capacity up and gives it back with the addresses when the server is deleted', async () => {
    const panel = await rig()
    await panel.switch('PATCH', '/hypervisors/31', { maxMemory: 4096, maxCores: 8, maxStorage: 100 })
    const tiny = { ...wish, hypervisorId: 3 }
    const created = [await panel.call('POST', '/servers', tiny), await panel.call('POST', '/servers', tiny)]
    const addresses = created.map(reply => reply.get('data.network.interfaces.0.ipv4.0.address'))
    expect(addresses).toEqual(['203.0.113.2', '203.0.113.3'])
    expect((await panel.call('POST', '/servers', tiny)).get('errors')).toEqual(['Not enough IPv4 addresses are available in the group'])

    await panel.call('DELETE', '/servers/101?delay=0')
    panel.advance(2000)
    const again = await panel.call('POST', '/servers', tiny)
    expect(again.get('data.network.interfaces.0.ipv4.0.address')).toBe('203.0.113.2')
    expect(again.get('data.id')).toBe(103)
    const resources = await panel.call('GET', '/compute/hypervisors/groups/3/resources')
    expect(resources.get('data.0.resources')).toMatchObject({ memory: { allocated: 2048 }, network: { total: { ipv4: { free: 0 } } } })
  })

  it('writes a 422 as a map of fields when the panel is read that way', async () => {
    const panel = await rig()
    await panel.switch('POST', '/settings', { readings: { validation: 'map' } })
    const reply = await panel.call('POST', '/servers', { packageId: 1, userId: 2 })
    expect(reply.get('errors')).toEqual({ hypervisorId: ['The hypervisor id field is required.'] })
  })
})

describe('build', () => {
  it('goes from queued over running to complete, with a late IPv6 subnet', async () => {
    const panel = await rig()
    const id = await panel.server({ built: false })
    const seen: unknown[] = []
    const look = async () => {
      const reply = await panel.call('GET', `/servers/${id}`)
      const fields = ['commissionStatus', 'state', 'tasks.active', 'network.interfaces.0.ipv6.length']
      seen.push(fields.map(field => reply.get(`data.${field}`)))
    }
    await look()
    const build = await panel.call('POST', `/servers/${id}/build`, { operatingSystemId: 1, name: 'web', hostname: 'web.shop.example', ipv6: true })
    expect(build.get('data.settings.decryptedPassword')).toHaveLength(20)
    for (const ms of [0, 1500, 5000, 2000]) {
      panel.advance(ms)
      await look()
    }
    expect(seen).toEqual([
      [0, 'allocated', false, 0], [1, 'queued', true, 0], [2, 'queued', true, 0], [3, 'complete', false, 0], [3, 'complete', false, 1],
    ])
    const reply = await panel.call('GET', `/servers/${id}?remoteState=true`)
    expect(reply.get('data')).toMatchObject({ name: 'web', hostname: 'web.shop.example', remoteState: { running: true, state: 'running' } })
    expect(reply.get('data.settings.decryptedPassword')).toBeUndefined()
  })

  it('ends as failed for the broken template, and can be built again with another', async () => {
    const panel = await rig()
    const id = await panel.server({ built: false })
    await panel.call('POST', `/servers/${id}/build`, { operatingSystemId: 99 })
    panel.advance(7000)
    const failed = await panel.call('GET', `/servers/${id}`)
    expect(failed.get('data')).toMatchObject({ commissionStatus: 2, state: 'failed', buildFailed: false, tasks: { active: false } })

    await panel.call('POST', `/servers/${id}/build`, { operatingSystemId: 1 })
    panel.advance(7000)
    expect((await panel.call('GET', `/servers/${id}`)).get('data.state')).toBe('complete')
    expect(effects(panel)).toEqual(['server.created', 'server.build-queued', 'server.build-failed', 'server.build-queued', 'server.built'])
  })

  it('ends even where it takes less time than goes by while it is put into the queue', async () => {
    const panel = await rig({ speed: 20_000 })
    const id = await panel.server({ built: false })
    const { clock } = panel.control
    const stopped = clock.now
    let looks = 0
    clock.now = () => stopped() + looks++
    await panel.call('POST', `/servers/${id}/build`, { operatingSystemId: 1 })
    expect((await panel.call('GET', `/servers/${id}`)).get('data')).toMatchObject({ commissionStatus: 3, state: 'complete' })
  })

  it('refuses a template that the package may not install, a missing one and a foreign key', async () => {
    const panel = await rig()
    const id = await panel.server({ built: false })
    for (const body of [{ operatingSystemId: 6 }, {}, { operatingSystemId: 1, sshKeys: [5] }]) {
      expect((await panel.call('POST', `/servers/${id}/build`, body)).status).toBe(422)
    }
  })
})

describe('suspension', () => {
  it('accepts first and takes effect a moment later; in between it is scheduled, and other tasks are locked', async () => {
    const panel = await rig()
    const id = await panel.server()
    expect((await panel.call('POST', `/servers/${id}/suspend`)).status).toBe(204)
    expect((await panel.call('GET', `/servers/${id}`)).get('data.suspended')).toBe(false)
    expect((await panel.call('POST', `/servers/${id}/suspend`)).status).toBe(409)
    expect((await panel.call('POST', `/servers/${id}/power/boot`)).status).toBe(423)

    panel.advance(600)
    expect((await panel.call('GET', `/servers/${id}`)).get('data.suspended')).toBe(true)
    expect((await panel.call('POST', `/servers/${id}/power/boot`)).status).toBe(409)
    await panel.call('POST', `/servers/${id}/unsuspend`)
    panel.advance(600)
    const back = await panel.call('GET', `/servers/${id}?remoteState=true`)
    expect([back.get('data.suspended'), back.get('data.remoteState.running')]).toEqual([false, true])
  })
})

describe('delete', () => {
  it('waits for the delay, works for a moment, then answers that the server is not found', async () => {
    const panel = await rig()
    const id = await panel.server()
    expect((await panel.call('DELETE', `/servers/${id}?delay=10`)).status).toBe(204)
    const level = async () => (await panel.call('GET', `/servers/${id}`)).get('data.deleteLevel')
    const seen = [await level()]
    panel.advance(10 * 60_000)
    seen.push(await level())
    panel.advance(1500)
    seen.push(await level())
    expect(seen).toEqual([0, 1, undefined])
    const gone = await panel.call('GET', `/servers/${id}`)
    expect([gone.status, gone.body]).toEqual([404, { msg: 'server not found' }])
    expect((await panel.call('DELETE', `/servers/${id}?delay=0`)).body).toEqual({ msg: 'server not found' })
  })

  it('takes five minutes when no delay is named', async () => {
    const panel = await rig()
    const id = await panel.server()
    await panel.call('DELETE', `/servers/${id}`)
    panel.advance(4.9 * 60_000)
    expect((await panel.call('GET', `/servers/${id}`)).status).toBe(200)
    panel.advance(0.2 * 60_000)
    expect((await panel.call('GET', `/servers/${id}`)).status).toBe(404)
  })

  it('refuses a delay that is too long, a protected server and any delete in do-not-disturb mode', async () => {
    const panel = await rig()
    const id = await panel.server()
    expect((await panel.call('DELETE', `/servers/${id}?delay=43801`)).status).toBe(422)
    await panel.switch('PATCH', `/servers/${id}`, { protected: true })
    expect((await panel.call('DELETE', `/servers/${id}?delay=0`)).status).toBe(409)
    await panel.switch('POST', '/settings', { doNotDisturb: true })
    expect((await panel.call('DELETE', `/servers/${id}?delay=0`)).status).toBe(423)
  })

  it('can be stopped by an administrator in the panel', async () => {
    const panel = await rig()
    const id = await panel.server()
    await panel.call('DELETE', `/servers/${id}?delay=1`)
    await panel.switch('PATCH', `/servers/${id}`, { cancelDelete: true })
    panel.advance(3_600_000)
    expect((await panel.call('GET', `/servers/${id}`)).status).toBe(200)
  })
})
