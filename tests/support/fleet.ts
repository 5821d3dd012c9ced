import { randomUUID } from 'node:crypto'
import type { Db } from '../../server/context.ts'
import type { Prisma } from '../../server/generated/prisma/client.ts'
import { makeServer } from '../../simulator/control/by-hand.ts'
import type { Server } from '../../simulator/core/state.ts'
import type { World } from '../../simulator/core/world.ts'

const DAY_MS = 86_400_000
const ROWS_PER_INSERT = 1_000

/** Puts `count` running servers into a simulated panel, older than a day, without addresses: the blocks would not suffice for a large fleet. */
export function fillPanel(world: World, count: number, { ownerId = 2, prefix = 'fleet' } = {}): Server[] {
  const { id } = makeServer(world, { userId: ownerId }) as { id: number }
  const model = world.state.servers.get(id)
  if (!model) throw new Error('the simulator made no server')
  const at = Math.floor((world.now() - 2 * DAY_MS) / 1000) * 1000
  const bare = { ...model, ipv4: [], ipv6: [], created: at, updated: at, built: at }
  world.state.servers.delete(id)
  for (const { address } of model.ipv4) world.state.usedAddresses.delete(address)
  const servers = Array.from({ length: count }, (): Server => {
    const server = { ...structuredClone(bare), id: world.takeId('servers'), uuid: randomUUID() }
    return { ...server, name: `${prefix}-${server.id}` }
  })
  for (const server of servers) world.state.servers.set(server.id, server)
  world.touch()
  return servers
}

/** Rows of ours for these remote servers, as whole reads a while ago have left them. */
export async function bindFleet(db: Db, servers: readonly Server[], { customerId, planId, observedAt = new Date(Date.now() - 6 * 60_000) }: { customerId: string, planId: string, observedAt?: Date }): Promise<void> {
  const rows = servers.map((server): Prisma.ServerCreateManyInput => ({
    reference: `fleet-${server.id}`, customerId, planId, name: server.name, lifecycle: 'active', power: 'running',
    virtfusionServerId: server.id, virtfusionUuid: server.uuid, virtfusionOwnerId: server.ownerId,
    memoryMb: server.memory, storageGb: server.disks.reduce((sum, disk) => sum + disk.capacity, 0), cpuCores: server.cores, trafficGb: server.traffic,
    observation: { name: server.name, ownerId: server.ownerId, suspended: server.suspended, comparedUpdate: new Date(server.updated).toISOString() }, observedAt, powerObservedAt: observedAt,
  }))
  for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) await db.server.createMany({ data: rows.slice(from, from + ROWS_PER_INSERT) })
}
