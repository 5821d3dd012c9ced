import type { Db, Services } from '../context.ts'
import { notify } from '../domains/notifications/notify.ts'
import type { Prisma, Server } from '../generated/prisma/client.ts'
import type { VirtFusionServer } from '../virtfusion/schemas/servers.ts'
import { readFacts, readPower, toObservation } from './observation.ts'

type ObservedServer = Pick<Server, 'id' | 'customerId' | 'suspendedAt'>

/** The suspension that a person asked for and a read has confirmed. */
export interface ConfirmedSuspension { reason: string | null, byId: string | null }

/**
 * Stores what the panel told about a server: allow-listed fields, addresses, sizes, power, suspension. Guarded by time: a read that
 * began before the one that is stored changes nothing. A suspension that nobody asked us for reads as one without reason and person.
 * @param readAt when the read began
 */
export async function storeObservation(
  db: Db,
  { events }: Pick<Services, 'events'>,
  server: ObservedServer,
  remote: VirtFusionServer,
  { readAt, suspension }: { readAt: Date, suspension?: ConfirmedSuspension },
): Promise<void> {
  const power = readPower(remote)
  const { count } = await db.server.updateMany({
    where: { id: server.id, OR: [{ observedAt: null }, { observedAt: { lte: readAt } }] },
    data: {
      ...readFacts(remote),
      ...suspensionColumns(server, remote, { readAt, suspension }),
      ...(power ? { power } : {}),
      observation: { ...toObservation(remote) } satisfies Prisma.InputJsonObject,
      observedAt: readAt,
      vanishedAt: null,
    },
  })
  if (count > 0) await events.publish(db, { type: 'server', serverId: server.id }, { admins: true, userId: server.customerId })
}

function suspensionColumns(
  server: ObservedServer,
  remote: VirtFusionServer,
  { readAt, suspension }: { readAt: Date, suspension: ConfirmedSuspension | undefined },
): Prisma.ServerUncheckedUpdateManyInput {
  if (remote.suspended === null) return {}
  if (!remote.suspended) return { suspendedAt: null, suspensionReason: null, suspendedById: null }
  if (suspension) return { suspendedAt: server.suspendedAt ?? readAt, suspensionReason: suspension.reason, suspendedById: suspension.byId }
  return server.suspendedAt ? {} : { suspendedAt: readAt, suspensionReason: null, suspendedById: null }
}

/** Notes that the panel twice said that it has no such server, and tells the admins once. */
export async function storeVanished(tx: Db, services: Services, server: Pick<Server, 'id' | 'customerId' | 'name' | 'reference'>, since: Date): Promise<void> {
  const { count } = await tx.server.updateMany({ where: { id: server.id, vanishedAt: null, lifecycle: { notIn: ['deleting', 'deleted'] } }, data: { vanishedAt: since, power: 'unknown' } })
  if (count === 0) return
  await notify(tx, services, {
    to: 'admins', level: 'error', code: 'server_vanished', params: { serverName: server.name, reference: server.reference },
    link: `/admin/servers/${server.id}`, dedupeKey: `server_vanished:${server.id}:${since.toISOString()}`,
  })
  await services.events.publish(tx, { type: 'server', serverId: server.id }, { admins: true, userId: server.customerId })
}
