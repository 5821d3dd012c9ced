import type { z } from 'zod'
import type { OperationListSchema, OperationQuery } from '#shared/schemas/operations.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { findNames } from '../people/find-names.ts'
import { serializeOperation } from './serialize-operation.ts'

/** Operations, newest first, by server, state and kind. @throws AppError invalid_input for a cursor that is none */
export async function listOperations(call: Call, { limit, cursor, serverId, state, kind }: OperationQuery): Promise<z.input<typeof OperationListSchema>> {
  const rows = await call.db.operation.findMany({
    where: { AND: [pageWhere(cursor), { ...(serverId ? { serverId } : {}), ...(state ? { state } : {}), ...(kind ? { kind } : {}) }] },
    orderBy: PAGE_ORDER, take: limit + 1,
    include: { server: { select: { id: true, reference: true, name: true } } },
  })
  const names = await findNames(call.db, rows.map(({ actorId }) => actorId))
  return toPage(rows, limit, (row) => ({ ...serializeOperation(row, names.get(row.actorId ?? '') ?? null), server: row.server }))
}
