import type { z } from 'zod'
import type { AdminServerListSchema, AdminServerQuery } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { containing } from '../../db/search.ts'
import { loadServers } from './load-servers.ts'
import { serializeAdminServer } from './serialize-server.ts'
import { stateWhere } from './state-where.ts'
import { visibleTo } from './visible-to.ts'

/** All servers, newest first. Deleted ones are listed only when they are asked for by their state. */
export async function listServers(call: Call, query: AdminServerQuery): Promise<z.input<typeof AdminServerListSchema>> {
  const rows = await loadServers(call.db, {
    where: {
      ...visibleTo(call.user),
      ...(query.customerId ? { customerId: query.customerId } : {}),
      ...(query.planId ? { planId: query.planId } : {}),
      AND: [query.state ? stateWhere(query.state) : { lifecycle: { not: 'deleted' } }, searchWhere(query.search), pageWhere(query.cursor)],
    },
    orderBy: PAGE_ORDER,
    take: query.limit + 1,
    now: call.now(),
  })
  return toPage(rows, query.limit, serializeAdminServer)
}

/** A part of the name, reference, hostname or customer; a whole address; or the panel's number. */
function searchWhere(search: string | undefined): Prisma.ServerWhereInput {
  if (!search) return {}
  const part = containing(search)
  const number = /^\d{1,9}$/.test(search) ? Number(search) : null
  return {
    OR: [
      { name: part }, { reference: part }, { hostname: part },
      { ipv4: { has: search } }, { ipv6: { has: search.toLowerCase() } },
      { customer: { OR: [{ name: part }, { email: part }] } },
      ...(number === null ? [] : [{ virtfusionServerId: number }]),
    ],
  }
}
