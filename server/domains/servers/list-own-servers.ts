import type { z } from 'zod'
import type { PageQuery } from '#shared/schemas/common.ts'
import type { CustomerServerListSchema } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { loadServers } from './load-servers.ts'
import { readPanelAccount } from './panel-account.ts'
import { serializeCustomerServer } from './serialize-server.ts'

/** The servers of the customer who asks, newest first, without deleted ones. */
export async function listOwnServers(call: Call, query: PageQuery): Promise<z.input<typeof CustomerServerListSchema>> {
  const [rows, account] = await Promise.all([
    loadServers(call.db, {
      where: { customerId: call.user.id, lifecycle: { not: 'deleted' }, AND: [pageWhere(query.cursor)] },
      orderBy: PAGE_ORDER,
      take: query.limit + 1,
      now: call.now(),
    }),
    readPanelAccount(call, call.user.id),
  ])
  return toPage(rows, query.limit, (server) => serializeCustomerServer(server, account))
}
