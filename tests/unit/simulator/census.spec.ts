import fc from 'fast-check'
import { expect, it } from 'vitest'
import { usageOfAll } from '../../../simulator/core/capacity.ts'
import { model } from './model.ts'

const step = fc.record({ kind: fc.constantFrom('create', 'delete', 'memory', 'cores', 'package', 'snapshot', 'restore', 'look'), pick: fc.nat({ max: 9 }) })

it('carries the sums over servers on through any calls as a count of all of them would give', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    const panel = model()
    const { world } = panel
    for (const { kind, pick } of steps) {
      const ids = [...world.state.servers.keys()]
      const id = ids[pick % Math.max(1, ids.length)] ?? 0
      if (kind === 'create') panel.ask('POST', '/servers', { packageId: 1 + pick % 4, userId: 2, hypervisorId: 1 + pick % 2, ipv4: pick % 3 })
      if (kind === 'delete') panel.ask('DELETE', `/servers/${id}?delay=0`)
      if (kind === 'memory') panel.ask('PUT', `/servers/${id}/modify/memory`, { memory: 1024 * (1 + pick) })
      if (kind === 'cores') panel.ask('PUT', `/servers/${id}/modify/cpuCores`, { cores: 1 + pick })
      if (kind === 'package') panel.ask('PUT', `/servers/${id}/package/${1 + pick % 4}`)
      if (kind === 'snapshot') world.snapshot('one')
      if (kind === 'restore') world.restoreSnapshot('one')
      panel.pass(2000)
      const counted = usageOfAll(world.state)
      for (const hypervisorId of world.state.hypervisors.keys()) {
        expect(world.usage(hypervisorId)).toEqual(counted.get(hypervisorId) ?? { servers: 0, memory: 0, cores: 0, storage: 0 })
      }
      expect(world.census.servers()).toEqual([...world.state.servers.values()])
      const addresses = [...world.state.servers.values()].flatMap(server => server.ipv4.map(({ address }) => address))
      expect([...world.state.usedAddresses.keys()].sort()).toEqual(addresses.sort())
    }
  }), { numRuns: 60 })
})
