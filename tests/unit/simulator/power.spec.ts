import { describe, expect, it } from 'vitest'
import { effects, rig } from './support.ts'

describe('power', () => {
  it('answers with a queue item whose progress grows, and changes the power when it ends', async () => {
    const panel = await rig()
    const id = await panel.server()
    const queueId = (await panel.call('POST', `/servers/${id}/power/shutdown`)).get('data.queueId')
    panel.advance(500)
    const half = await panel.call('GET', `/queue/${queueId}`)
    expect(half.get('data')).toMatchObject({ serverId: id, finished: null, failed: false, progress: 50 })
    expect((await panel.call('GET', `/servers/${id}?remoteState=true`)).get('data.remoteState.running')).toBe(true)

    panel.advance(600)
    expect((await panel.call('GET', `/queue/${queueId}`)).get('data')).toMatchObject({ failed: false, progress: 100 })
    const server = await panel.call('GET', `/servers/${id}?remoteState=true`)
    expect(server.get('data.remoteState')).toEqual({ running: false, state: 'stopped' })
    expect(server.get('data.tasks.active')).toBe(false)
  })

  it('locks the server with 423 while a task runs', async () => {
    const panel = await rig()
    const id = await panel.server()
    await panel.call('POST', `/servers/${id}/power/restart`)
    for (const path of ['power/boot', 'suspend', 'build', 'resetPassword']) {
      const reply = await panel.call('POST', `/servers/${id}/${path}`, { operatingSystemId: 1, user: 'root' })
      expect([path, reply.status]).toEqual([path, 423])
    }
    expect((await panel.call('PUT', `/servers/${id}/package/2`)).status).toBe(423)
  })

  it('answers 503 while the hypervisor is in maintenance, and 409 for a server that is not built', async () => {
    const panel = await rig()
    const id = await panel.server()
    const unbuilt = await panel.server({ built: false })
    expect((await panel.call('POST', `/servers/${unbuilt}/power/boot`)).status).toBe(409)

    await panel.switch('POST', '/settings', { maintenance: true })
    expect((await panel.call('POST', `/servers/${id}/power/boot`)).status).toBe(503)
    const server = await panel.call('GET', `/servers/${id}?remoteState=true`)
    expect([server.get('data.hypervisor.maintenance'), server.get('data.remoteState')]).toEqual([true, false])
  })

  it('marks the queue item as failed, with a text and without an effect, when a fault says so', async () => {
    const panel = await rig()
    const id = await panel.server()
    await panel.switch('POST', '/faults', { operation: 'POST /servers/{id}/power/*', kind: 'task-failure', body: 'libvirt did not answer' })
    const queueId = (await panel.call('POST', `/servers/${id}/power/poweroff`)).get('data.queueId')
    panel.advance(1100)
    const item = await panel.call('GET', `/queue/${queueId}`)
    expect([item.get('data.failed'), item.get('data.errors.exception.message')]).toEqual([true, 'libvirt did not answer'])
    expect(effects(panel)).not.toContain('server.stopped')
  })
})

describe('changes', () => {
  it('never makes a disk smaller on a package change, says so, and uses the new sizes', async () => {
    const panel = await rig()
    const id = await panel.server({ packageId: 3 })
    const reply = await panel.call('PUT', `/servers/${id}/package/2`)
    expect(reply.get('info')).toContain('Primary disk size not updated. A disk cannot be made smaller')
    const server = await panel.call('GET', `/servers/${id}`)
    expect(server.get('data.settings.resources')).toEqual({ memory: 2048, storage: 80, traffic: 2000, cpuCores: 2 })
    expect(server.get('data.tasks')).toMatchObject({ active: false, actions: { pending: [{ action: 'Update resources' }] } })
  })

  it('takes only what the flags ask for', async () => {
    const panel = await rig()
    const id = await panel.server()
    const flags = { cpu: true, memory: false, primaryDiskSize: false, primaryNetworkTraffic: false, backupPlan: false, primaryNetworkInboundSpeed: false, primaryNetworkOutboundSpeed: false }
    await panel.call('PUT', `/servers/${id}/package/4`, flags)
    expect((await panel.call('GET', `/servers/${id}`)).get('data.settings.resources')).toEqual({ memory: 1024, storage: 20, traffic: 1000, cpuCores: 8 })
  })

  it('wants cores, not cpuCores, as the field of the cores change', async () => {
    const panel = await rig()
    const id = await panel.server()
    expect((await panel.call('PUT', `/servers/${id}/modify/cpuCores`, { cpuCores: 2 })).status).toBe(422)
    expect((await panel.call('PUT', `/servers/${id}/modify/cpuCores`, { cores: 2 })).status).toBe(201)
  })

  it('moves an unbuilt server to another owner', async () => {
    const panel = await rig()
    const id = await panel.server({ built: false })
    expect((await panel.call('PUT', `/servers/${id}/owner/77`)).body).toEqual({ msg: 'user not found' })
    expect((await panel.call('PUT', `/servers/${id}/owner/1`)).status).toBe(201)
    expect((await panel.call('GET', '/servers/user/2')).body).toEqual({ data: [] })
    expect((await panel.call('GET', '/servers/user/1')).get('data.0.id')).toBe(id)
  })

  it('counts traffic that grows with time, newest period first', async () => {
    const panel = await rig()
    const id = await panel.server()
    panel.advance(86_400_000)
    const early = Number((await panel.call('GET', `/servers/${id}/traffic`)).get('data.monthly.0.total'))
    panel.advance(40 * 86_400_000)
    const later = await panel.call('GET', `/servers/${id}/traffic`)
    expect(early).toBeGreaterThan(0)
    expect([later.get('data.monthly.0.month'), later.get('data.monthly.1.month')]).toEqual([2, 1])
    expect(Number(later.get('data.monthly.1.total'))).toBeGreaterThan(early)
  })

  it('makes a backup every night once a plan is set, and keeps seven', async () => {
    const panel = await rig()
    const id = await panel.server()
    await panel.call('PUT', `/servers/${id}/backups/plan/1`)
    panel.advance(2 * 86_400_000)
    expect((await panel.call('GET', `/backups/server/${id}`)).get('data.length')).toBe(2)
    panel.advance(20 * 86_400_000)
    expect((await panel.call('GET', `/backups/server/${id}`)).get('data.length')).toBe(7)
  })

  it('issues a fresh console password and token on each enable', async () => {
    const panel = await rig()
    const id = await panel.server()
    const first = await panel.call('POST', `/servers/${id}/vnc`, { action: 'enable' })
    const second = await panel.call('POST', `/servers/${id}/vnc`, { action: 'enable' })
    expect(first.get('data.vnc.wss.token')).not.toBe(second.get('data.vnc.wss.token'))
    expect((await panel.call('POST', `/servers/${id}/vnc`, {})).status).toBe(422)
  })
})

describe('a guest that takes no notice', () => {
  it('goes on running after a shutdown that ends well, and stops at poweroff', async () => {
    const panel = await rig()
    const id = await panel.server()
    await panel.switch('PATCH', `/servers/${id}`, { ignoresShutdown: true })
    const isRunning = async () => (await panel.call('GET', `/servers/${id}?remoteState=true`)).get('data.remoteState.running')
    const queueId = (await panel.call('POST', `/servers/${id}/power/shutdown`)).get('data.queueId')
    panel.advance(1100)
    expect([(await panel.call('GET', `/queue/${queueId}`)).get('data.failed'), await isRunning()]).toEqual([false, true])
    await panel.call('POST', `/servers/${id}/power/poweroff`)
    panel.advance(1100)
    expect(await isRunning()).toBe(false)
  })
})
