import type { z } from 'zod'
import type { AdminServerListSchema } from '#shared/schemas/servers.ts'
import type { PageQuery } from '#shared/schemas/common.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { loadServers } from '../servers/load-servers.ts'
import { serializeAdminServer } from '../servers/serialize-server.ts'

/** Servers of ours that the panel said twice it does not have. @throws AppError invalid_input for a cursor that is none */
export async function listVanished(call: Call, { limit, cursor }: PageQuery): Promise<z.input<typeof AdminServerListSchema>> {
  const rows = await loadServers(call.db, {
    where: { AND: [pageWhere(cursor), { vanishedAt: { not: null }, lifecycle: { not: 'deleted' } }] }, orderBy: PAGE_ORDER, take: limit + 1, now: call.now(),
  })
  return toPage(rows, limit, serializeAdminServer)
}
