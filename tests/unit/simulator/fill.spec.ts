import { describe, expect, it } from 'vitest'
import { liveServersByOwner } from '../../../simulator/history.ts'
import { model } from './model.ts'
import { NOON, rig } from './support.ts'

describe('filling a panel', () => {
  it('adds built servers of mixed sizes, spread over owners, groups and time, each with an address of its own', () => {
    const panel = model()
    expect(panel.fill({ servers: 2000, owners: 300 })).toEqual({ servers: 2000, owners: 300, firstServerId: 101, lastServerId: 2100 })
    const servers = [...panel.world.state.servers.values()]
    expect(servers.every(({ state, commissionStatus, created, name }) => state === 'complete' && commissionStatus === 3 && created < NOON && name !== '')).toBe(true)
    expect(new Set(servers.map(({ name }) => name)).size).toBe(2000)
    expect(new Set(servers.flatMap(({ ipv4 }) => ipv4.map(({ address }) => address))).size).toBe(2000)
    expect(new Set(servers.map(({ memory }) => memory)).size).toBe(4)
    expect(liveServersByOwner(panel.world.state).size).toBe(300)
    for (const { id, maxMemory } of panel.world.state.hypervisors.values()) expect(panel.world.usage(id).memory).toBeLessThanOrEqual(maxMemory)
    expect(panel.world.ledger.entries.filter(({ effect }) => effect === 'server.made-by-hand')).toHaveLength(2000)
  })

  it('leaves a panel on which every call works as before, and can be filled again', () => {
    const panel = model()
    panel.fill({ servers: 500 })
    panel.fill({ servers: 500 })
    const page = panel.ask('GET', '/servers?results=200&page=5')
    expect([page.get('total'), page.get('data.length'), page.get('last_page'), page.get('data.199.id')]).toEqual([1000, 200, 5, 1100])
    const id = panel.server()
    expect([id, panel.ask('GET', '/servers').get('total')]).toEqual([1101, 1001])
    const owner = panel.world.state.servers.get(700)?.ownerId ?? 0
    expect(panel.listed(owner)).toContain(700)
    panel.ask('DELETE', '/servers/700?delay=0')
    panel.pass(5000)
    expect(panel.listed(owner)).not.toContain(700)
    expect(panel.ask('GET', '/servers').get('total')).toBe(1000)
  })

  it('holds twenty thousand, the last page included', () => {
    const panel = model()
    panel.fill({ servers: 20_000 })
    const last = panel.ask('GET', '/servers?results=200&page=100')
    expect([last.get('total'), last.get('data.199.id'), last.get('next_page_url')]).toEqual([20_000, 20_100, null])
  })

  it('works over HTTP, and refuses what it cannot do', async () => {
    const panel = await rig()
    const filled = await panel.switch('POST', '/fill', { servers: 50 })
    expect([filled.status, filled.get('lastServerId')]).toEqual([201, 150])
    expect((await panel.call('GET', '/servers')).get('total')).toBe(50)
    for (const wish of [{}, { servers: 0 }, { servers: 1.5 }, { servers: 200_000 }, { servers: 1, owners: 'many' }, { serverz: 1 }]) {
      expect((await panel.switch('POST', '/fill', wish)).status).toBe(422)
    }
  })
})
