import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startSimulator } from '../../../simulator/server.ts'
import { effects, NOON, rig, stateFile } from './support.ts'

describe('ledger', () => {
  it('holds each effect with its request id, token name and ids, and what the panel did later with its cause', async () => {
    const panel = await rig()
    const wish = { packageId: 1, userId: 2, hypervisorId: 1 }
    await panel.call('POST', '/servers', wish, { headers: { 'x-request-id': 'req-1' } })
    await panel.call('POST', '/servers/101/build', { operatingSystemId: 1 })
    panel.advance(7000)
    const { body } = await panel.switch('GET', '/ledger')
    expect(body).toMatchObject([
      { number: 1, effect: 'server.created', operation: 'POST /servers', requestId: 'req-1', token: 'full', ids: { serverId: 101, userId: 2 }, body: wish },
      { number: 2, effect: 'server.build-queued', operation: 'POST /servers/{id}/build', path: '/servers/101/build' },
      { number: 3, effect: 'server.built', operation: null, cause: 2, at: new Date(NOON + 6000).toISOString() },
    ])
    expect((await panel.switch('GET', '/ledger?after=2')).get('length')).toBe(1)
    expect(JSON.stringify(body)).not.toContain(panel.token)
  })

  it('lists the calls too, also those that were refused or lost', async () => {
    const panel = await rig()
    await panel.call('GET', '/packages', undefined, { token: 'wrong' })
    await panel.switch('POST', '/faults', { operation: 'GET /packages', kind: 'drop-before-effect' })
    await panel.call('GET', '/packages').catch(() => null)
    expect((await panel.switch('GET', '/calls')).body).toMatchObject([
      { operation: 'GET /packages', status: 401, ended: 'answered', token: null },
      { operation: 'GET /packages', status: null, ended: 'dropped', fault: 'drop-before-effect' },
    ])
  })
})

describe('time', () => {
  it('stops, steps and runs faster', async () => {
    const panel = await rig()
    expect((await panel.switch('GET', '/clock')).get('now')).toBe(new Date(NOON).toISOString())
    await panel.switch('POST', '/clock', { advanceMs: 5000 })
    expect((await panel.switch('GET', '/clock')).get('now')).toBe(new Date(NOON + 5000).toISOString())
    const running = await panel.switch('POST', '/clock', { mode: 'run', speed: 1000 })
    expect(running.get('mode')).toBe('run')
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(Date.parse(String((await panel.switch('GET', '/clock')).get('now')))).toBeGreaterThan(NOON + 20_000)
  })

  it('shortens the work of the panel by the speed factor', async () => {
    const panel = await rig({ speed: 10 })
    const id = await panel.server({ built: false })
    await panel.call('POST', `/servers/${id}/build`, { operatingSystemId: 1 })
    panel.advance(650)
    expect((await panel.call('GET', `/servers/${id}`)).get('data.state')).toBe('complete')
  })
})

describe('changes by hand', () => {
  it('makes a server, suspends it and lets it vanish, as an administrator of the panel would', async () => {
    const panel = await rig()
    const made = await panel.switch('POST', '/servers', { userId: 2, packageId: 2, name: 'by hand' })
    expect([made.status, made.get('state')]).toEqual([201, 'complete'])
    const id = Number(made.get('id'))
    await panel.switch('PATCH', `/servers/${id}`, { suspended: true })
    expect((await panel.call('GET', `/servers/${id}`)).get('data.suspended')).toBe(true)
    await panel.switch('PATCH', `/servers/${id}`, { vanish: true })
    expect((await panel.call('GET', `/servers/${id}`)).body).toEqual({ msg: 'server not found' })
    expect((await panel.switch('GET', '/state')).get('usedAddresses')).toBe(0)
  })

  it('refuses a key that it does not know', async () => {
    const panel = await rig()
    const id = await panel.server()
    expect((await panel.switch('PATCH', `/servers/${id}`, { supended: true })).status).toBe(422)
    expect((await panel.switch('POST', '/settings', { readings: { nonsense: 1 } })).status).toBe(422)
    expect((await panel.switch('POST', '/settings', { version: '9.9' })).status).toBe(422)
    expect((await panel.switch('POST', '/settings', { maintenance: 'yes' })).status).toBe(422)
    expect((await panel.switch('POST', '/settings', { readings: { deleteTwice: 'maybe' } })).status).toBe(422)
    expect((await panel.switch('POST', '/clock', { advanceMs: -1 })).status).toBe(422)
    expect((await panel.switch('POST', '/clock', { advance: 1 })).status).toBe(422)
    expect((await panel.switch('POST', '/servers', { user: 2 })).status).toBe(422)
    expect((await panel.switch('POST', '/tokens', { name: 'old', value: 'old', expiry: 1 })).status).toBe(422)
    expect((await panel.switch('GET', '/nonsense')).status).toBe(404)
  })

  it('goes back to an earlier state: ids come back for other servers, the ledger stays', async () => {
    const panel = await rig()
    await panel.switch('POST', '/snapshots/monday')
    const lost = await panel.call('POST', '/servers', { packageId: 1, userId: 2, hypervisorId: 1 })
    await panel.switch('POST', '/restore/monday')
    expect((await panel.call('GET', '/servers')).get('total')).toBe(0)
    const again = await panel.call('POST', '/servers', { packageId: 1, userId: 2, hypervisorId: 1 })
    expect(again.get('data.id')).toBe(lost.get('data.id'))
    expect(again.get('data.uuid')).not.toBe(lost.get('data.uuid'))
    expect(effects(panel)).toEqual(['server.created', 'panel.restored', 'server.created'])
  })

  it('refuses a switch that another site\'s page sends through a browser', async () => {
    const panel = await rig()
    const reply = await fetch(`${panel.url}/__simulator/reset`, { method: 'POST', headers: { origin: 'https://evil.example' } })
    expect(reply.status).toBe(403)
  })

  it('starts anew on reset', async () => {
    const panel = await rig()
    await panel.server()
    await panel.switch('POST', '/settings', { version: '7.1' })
    await panel.switch('POST', '/reset')
    expect((await panel.call('GET', '/servers')).get('total')).toBe(0)
    expect((await panel.call('GET', '/status')).status).toBe(404)
    expect(await panel.server({ built: false })).toBe(101)
  })
})

describe('repeatability', () => {
  it('gives the same answers for the same seed and calls', async () => {
    const run = async (seed: number) => {
      const panel = await rig({ seed })
      await panel.server()

      return (await panel.call('GET', '/servers/101?remoteState=true')).text
    }
    const first = await run(5)
    expect(await run(5)).toBe(first)
    expect(await run(6)).not.toBe(first)
  })
})

describe('state file', () => {
  it('keeps servers, settings and what is due across a restart, also one without a goodbye', async () => {
    const file = stateFile()
    const before = await rig({ stateFile: file })
    const id = await before.server({ built: false })
    await before.switch('POST', '/settings', { version: '7.1' })
    await before.call('POST', `/servers/${id}/build`, { operatingSystemId: 1 })

    // The first simulator still runs: what counts is the file as it stands after the last answer.
    const after = await startSimulator({ stateFile: file })
    const headers = { authorization: `Bearer ${after.token}` }
    after.control.clock.advance(7000)
    const reply = await (await fetch(`${after.url}/api/v1/servers/${id}`, { headers })).text()
    expect(reply).toContain('"state":"complete"')
    expect((await fetch(`${after.url}/api/v1/status`, { headers })).status).toBe(200)
    await after.close()
  })

  it('reads the file of a simulator that knew fewer settings, and gives those their defaults', async () => {
    const file = stateFile()
    const before = await rig({ stateFile: file })
    const id = await before.server()
    await before.switch('POST', '/settings', { readings: { dryRunStatus: 201 } })
    const old = JSON.parse(readFileSync(file, 'utf8')) as { state: Record<string, unknown>, settings: { readings: Record<string, unknown> }, ledger: object[] }
    delete old.state.moves
    delete old.settings.readings.createForUnknownUser
    for (const entry of old.ledger) Reflect.deleteProperty(entry, 'uuid')
    writeFileSync(file, JSON.stringify(old).replaceAll(/"firstFree":\d+,?/g, ''))

    const after = await rig({ stateFile: file })
    const wish = { packageId: 1, userId: 99, hypervisorId: 1, ipv4: 1 }
    expect((await after.call('POST', '/servers', wish)).status).toBe(422)
    expect((await after.call('POST', '/servers?dryRun=true', { ...wish, userId: 2 })).status).toBe(201)
    expect(await after.server({ built: false })).toBe(id + 1)
    expect((await after.switch('GET', '/ledger')).get('0.uuid')).toBeNull()
  })

  it('stops at a file of another format instead of losing it', async () => {
    const file = stateFile()
    writeFileSync(file, '{"format":0}')
    await expect(startSimulator({ stateFile: file })).rejects.toThrow('has format 0')
    expect(readFileSync(file, 'utf8')).toBe('{"format":0}')
  })
})
