import { describe, expect, it } from 'vitest'
import { callBehind, followLedger, historiesOf, liveServersByOwner } from '../../../simulator/history.ts'
import { model, type Model } from './model.ts'
import { NOON } from './support.ts'

const wish = { packageId: 1, userId: 2, hypervisorId: 1, ipv4: 1 }
const histories = (panel: Model) => [...historiesOf(panel.world.ledger.entries).values()]

describe('the history of a server', () => {
  it('names the call that created it: number, request id and body', () => {
    const panel = model()
    const { call, get } = panel.ask('POST', '/servers', wish, { requestId: 'req-1' })
    expect(histories(panel)).toMatchObject([{
      serverId: 101, ownerId: 2, uuid: get('data.uuid'), gone: null, created: { effect: 'server.created', call, requestId: 'req-1', body: wish },
    }])
  })

  it('tells a rebuild, which wipes a disk, from a first build and from a build after a failed one', () => {
    const panel = model()
    const id = panel.server({ built: false })
    const build = (operatingSystemId: number) => {
      panel.ask('POST', `/servers/${id}/build`, { operatingSystemId })
      panel.pass(10_000)
    }
    build(99)
    build(1)
    build(2)
    panel.ask('POST', `/servers/${id}/build`, { operatingSystemId: 1 })
    expect(histories(panel)[0]?.builds.map(({ isRebuild, ended }) => [isRebuild, ended?.effect ?? null]))
      .toEqual([[false, 'server.build-failed'], [false, 'server.built'], [true, 'server.built'], [true, null]])
  })

  it('holds each suspension with its times, those by hand too', () => {
    const panel = model()
    const id = panel.server()
    const began = panel.world.clock.now()
    panel.ask('POST', `/servers/${id}/suspend`)
    panel.pass(60_000)
    panel.ask('POST', `/servers/${id}/unsuspend`)
    panel.pass(60_000)
    panel.ask('POST', `/servers/${id}/suspend`)
    panel.pass(1000)
    const iso = (ms: number) => new Date(ms).toISOString()
    const [history] = histories(panel)
    expect(history?.suspensions.map(({ since, until }) => [since.at, until?.at ?? null]))
      .toEqual([[iso(began + 500), iso(began + 60_500)], [iso(began + 120_500), null]])
    const since = history?.suspensions[0]?.since
    expect(since && callBehind(panel.world.ledger.entries, since)).toBe(3)
  })

  it('ends with the deletion, which goes back to the call that asked for it', () => {
    const panel = model()
    const id = panel.server()
    const { call } = panel.ask('DELETE', `/servers/${id}?delay=5`)
    expect(histories(panel)[0]).toMatchObject({ gone: null, deletionsAsked: [{ call, ids: { delay: 5 } }] })
    panel.pass(6 * 60_000)
    const gone = histories(panel)[0]?.gone
    expect(gone).toMatchObject({ effect: 'server.deleted' })
    expect(gone && callBehind(panel.world.ledger.entries, gone)).toBe(call)
  })

  it('keeps servers apart that had one id, and knows what a restore took away and brought back', () => {
    const panel = model()
    const first = panel.server()
    panel.world.snapshot('monday')
    panel.ask('DELETE', `/servers/${first}?delay=0`)
    panel.pass(10_000)
    panel.ask('POST', '/servers', wish)
    panel.world.restoreSnapshot('monday')
    panel.ask('POST', '/servers', wish)
    expect(histories(panel).map(({ serverId, gone }) => [serverId, gone?.effect ?? null])).toEqual([[101, null], [102, 'panel.restored'], [102, null]])
    const alive = [...panel.world.state.servers.values()].map(({ uuid }) => uuid)
    expect(histories(panel).filter(({ gone }) => gone === null).map(({ uuid }) => uuid)).toEqual(alive)
  })
})

describe('following a ledger', () => {
  it('gives at every moment what reading all of it would give, and starts anew when it was cleared', () => {
    const panel = model()
    const follow = followLedger(panel.world.ledger)
    const expectSame = () => expect(follow()).toEqual(historiesOf(panel.world.ledger.entries))
    expectSame()
    for (let round = 0; round < 3; round += 1) {
      const id = panel.server()
      expectSame()
      panel.ask('DELETE', `/servers/${id}?delay=0`)
      panel.pass(5000)
      expectSame()
    }
    panel.world.reset()
    panel.world.clock.set(NOON)
    for (let round = 0; round < 8; round += 1) panel.server()
    expectSame()
    expect(follow().size).toBe(8)
  })
})

describe('live servers by owner', () => {
  it('follows deletions and changes of owner', () => {
    const panel = model()
    const other = panel.user('order-1')
    const ids = [panel.server(), panel.server(), panel.server({ userId: other })]
    panel.ask('PUT', `/servers/${ids[0]}/owner/${other}`)
    panel.ask('DELETE', `/servers/${ids[1]}?delay=0`)
    panel.pass(5000)
    const owners = [...liveServersByOwner(panel.world.state)].map(([owner, servers]) => [owner, servers.map(({ id }) => id)])
    expect(owners).toEqual([[other, [101, 103]]])
  })
})
