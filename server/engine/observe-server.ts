import type { SizeField } from '#shared/lifecycle/drift.ts'
import type { Db, Services } from '../context.ts'
import { notify } from '../domains/notifications/notify.ts'
import { Prisma, type Server } from '../generated/prisma/client.ts'
import { tellTabs } from '../live-events.ts'
import type { VirtFusionServer } from '../virtfusion/schemas/servers.ts'
import { toObservationPatch, type ObservationPatch, type Reading } from './observation.ts'
import { assignments, inTransaction, type Execute } from './postgres/sql.ts'
import { takesReadOf } from './stored-times.ts'

/** Stores what the panel told about a server. */
export function storeObservation(
  db: Db,
  server: Pick<Server, 'id' | 'customerId' | 'suspendedAt'> & Partial<Pick<Server, SizeField>>,
  remote: VirtFusionServer,
  read: Reading,
): Promise<void> {
  return storeObservationPatch(inTransaction(db), server, toObservationPatch(server, remote, read))
}

/** The same for what was read before. Guarded by time: a read that began before the one that is stored changes nothing. */
export async function storeObservationPatch(execute: Execute, server: Pick<Server, 'id' | 'customerId'>, patch: ObservationPatch): Promise<void> {
  await execute(Prisma.sql`
    with seen as (
      update servers set ${assignments(patch)}, updated_at = now()
      where id = ${server.id}::uuid and ${takesReadOf(patch.observedAt)} returning id)
    select ${tellTabs({ type: 'server', serverId: server.id }, { admins: true, userId: server.customerId })}::text from seen`)
}

/** Notes that the panel twice said that it has no such server, and tells the admins once; `isQuiet` where one message tells of many. */
export async function storeVanished(tx: Db, services: Services, server: Pick<Server, 'id' | 'customerId' | 'name' | 'reference'>, since: Date, { isQuiet = false } = {}): Promise<void> {
  const { count } = await tx.server.updateMany({ where: { id: server.id, vanishedAt: null, lifecycle: { notIn: ['deleting', 'deleted'] } }, data: { vanishedAt: since, power: 'unknown' } })
  if (count === 0) return
  if (!isQuiet) await notify(tx, services, {
    to: 'admins', level: 'error', code: 'server_vanished', params: { serverName: server.name, reference: server.reference },
    link: `/admin/servers/${server.id}`, dedupeKey: `server_vanished:${server.id}:${since.toISOString()}`,
  })
  await services.events.publish(tx, { type: 'server', serverId: server.id }, { admins: true, userId: server.customerId })
}
