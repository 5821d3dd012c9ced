import type { z } from 'zod'
import type { ProvisioningLogListSchema, ProvisioningLogQuery } from '#shared/schemas/provisioning-logs.ts'
import type { Call } from '../../context.ts'
import { decodeCursor, toPage, type PageKey } from '../../db/cursor.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { loadProvisioningLogs } from './load-provisioning-logs.ts'
import { serializeProvisioningLog } from './serialize-provisioning-log.ts'

/**
 * Calls to the panel, newest first. The place in the list is one row comparison, which an index on `(..., created_at desc, id desc)`
 * answers by going straight there: the thousandth page costs what the first does (docs/decisions/0003). Bodies are read only for the page.
 * @throws AppError invalid_input for a cursor that is none
 */
export async function listProvisioningLogs(call: Call, query: ProvisioningLogQuery): Promise<z.input<typeof ProvisioningLogListSchema>> {
  const keys = await call.db.$queryRaw<PageKey[]>`
    select id, created_at as "createdAt" from provisioning_logs
    where ${Prisma.join(conditions(query), ' and ')}
    order by created_at desc, id desc limit ${query.limit + 1}`
  const page = toPage(keys, query.limit, (key) => key.id)
  const rows = await loadProvisioningLogs(call.db, page.items, query.bodies)
  return { items: rows.map(serializeProvisioningLog), nextCursor: page.nextCursor }
}

function conditions(query: ProvisioningLogQuery): Prisma.Sql[] {
  const { serverId, operationId, outcome, action, requestId, from, to, cursor } = query
  const after = cursor ? decodeCursor(cursor) : null
  return [
    Prisma.sql`true`,
    ...(serverId ? [Prisma.sql`server_id = ${serverId}::uuid`] : []),
    ...(operationId ? [Prisma.sql`operation_id = ${operationId}::uuid`] : []),
    ...(outcome ? [Prisma.sql`outcome = ${outcome}::"LogOutcome"`] : []),
    ...(action ? [Prisma.sql`action = ${action}`] : []),
    ...(requestId ? [Prisma.sql`request_id = ${requestId}`] : []),
    ...(from ? [Prisma.sql`created_at >= ${new Date(from)}`] : []),
    ...(to ? [Prisma.sql`created_at <= ${new Date(to)}`] : []),
    ...(after ? [Prisma.sql`(created_at, id) < (${after.createdAt}, ${after.id}::uuid)`] : []),
  ]
}
