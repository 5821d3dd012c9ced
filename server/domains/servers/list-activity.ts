import type { z } from 'zod'
import type { PageQuery } from '#shared/schemas/common.ts'
import type { ActivityListSchema } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import { notFound } from '../../errors.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { describeActivity, isUnknown } from '../../messages/en/activities.ts'
import { findNames } from '../people/find-names.ts'
import { actorNameOf } from './serialize-server.ts'
import { visibleTo } from './visible-to.ts'

/** What happened to a server, newest first, in the words of who asks. @throws AppError not_found */
export async function listActivity(call: Call, serverId: string, query: PageQuery): Promise<z.input<typeof ActivityListSchema>> {
  const server = await call.db.server.findFirst({ where: { id: serverId, ...visibleTo(call.user) }, select: { id: true } })
  if (!server) throw notFound()
  const rows = await call.db.operation.findMany({
    where: { serverId, AND: [pageWhere(query.cursor)] }, orderBy: PAGE_ORDER, take: query.limit + 1,
  })
  const names = call.user.role === 'admin' ? await findNames(call.db, rows.map((row) => row.actorId)) : new Map<string, string>()
  const say = (row: Operation) => call.user.role === 'admin' ? tellAdmin(row, actorNameOf(row, names)) : describeActivity(row, 'customer')
  return toPage(rows, query.limit, (row) => ({
    id: row.id, kind: row.kind, state: row.state, text: say(row), createdAt: row.createdAt.toISOString(), finishedAt: row.finishedAt?.toISOString() ?? null,
  }))
}

/** An admin also reads what went wrong, and who asked. */
function tellAdmin(row: Operation, actorName: string | null): string {
  const diagnosis = row.state === 'succeeded' ? null : readDiagnosis(row.diagnosis)
  return [describeActivity(row, 'admin'), ...(diagnosis && !isUnknown(row) ? [`${describeDiagnosis(diagnosis).title}.`] : []), `Asked by ${actorName ?? 'Berth'}.`].join(' ')
}
