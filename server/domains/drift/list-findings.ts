import type { z } from 'zod'
import type { DriftListSchema, DriftQuery } from '#shared/schemas/drift.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { findNames } from '../people/find-names.ts'
import { FINDING, SHOWN_FIELDS } from './load-findings.ts'
import { serializeFinding } from './serialize-finding.ts'

/** Differences, newest first, by field, server and state. @throws AppError invalid_input for a cursor that is none */
export async function listFindings({ db }: Call, { limit, cursor, field, serverId, state }: DriftQuery): Promise<z.input<typeof DriftListSchema>> {
  const rows = await db.driftFinding.findMany({
    where: { AND: [pageWhere(cursor), SHOWN_FIELDS, { ...(field ? { field } : {}), ...(serverId ? { serverId } : {}), ...(state ? { state } : {}) }] },
    orderBy: PAGE_ORDER, take: limit + 1, ...FINDING,
  })
  const names = await findNames(db, rows.map(({ decidedById }) => decidedById))
  return toPage(rows, limit, (row) => serializeFinding(row, names))
}
