import type { MemoryDatabase } from '../simulation/memory-database.ts'
import { toPlain, type Rows } from './rows-of-sql.ts'

/** The tables in memory, in the form of `readSqlRows`. */
export function readMemoryRows(database: MemoryDatabase): Rows {
  const some = <T>(list: T[]) => (list.length > 0 ? list : null)
  const byId = <T extends { id: string }>(list: Iterable<T>) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
  const customers = new Map([...database.servers.values()].map(({ customer }) => [customer.id, customer.virtfusionUserId]))
  return toPlain({
    operations: some(byId(database.operations.values())),
    servers: some(byId(database.servers.values()).map(({ customer: _, ...row }) => row)),
    panelUsers: some(byId([...customers].map(([id, virtfusionUserId]) => ({ id, virtfusionUserId })))),
    escrowUsers: some([...database.escrowUsers].map(([relation, user]) => ({ relation, ...user })).sort((a, b) => (a.relation < b.relation ? -1 : 1))),
    formerPanelUsers: some([...database.formerPanelUsers].flatMap(([virtfusionUserId, former]) => [...former].map(([customerId, forgottenAt]) => ({ virtfusionUserId, customerId, forgottenAt })))
      .sort((a, b) => a.virtfusionUserId - b.virtfusionUserId || (a.customerId < b.customerId ? -1 : 1))),
    attempts: some(byId(database.attempts.values()).map(({ ending, ...row }) => ({ ...row, ...(ending ?? NO_ENDING), createdAt: new Date(row.createdAt), completedAt: row.completedAt }))),
    events: some([...database.events].sort((a, b) => (a.hash < b.hash ? -1 : 1))),
    orphans: some([...database.orphans.values()].sort((a, b) => (a.virtfusionUuid < b.virtfusionUuid ? -1 : 1))),
    harm: some([...database.harm.events].map(([operationId, at]) => ({ operationId, at })).sort((a, b) => (a.operationId < b.operationId ? -1 : 1))),
    harmAlarmSince: database.harm.alarmSince,
    notices: some([...database.notices].sort()),
    audits: some(database.audits.filter(({ action }) => action.includes('.')).sort((a, b) => (`${a.action}${a.operationId}` < `${b.action}${b.operationId}` ? -1 : 1))),
    probedAt: database.pause?.lastFailureAt ?? null,
  }) as Rows
}

const NO_ENDING = { outcome: 'unknown', effect: 'unknown', httpStatus: null, responseBody: null, durationMs: null, code: null, message: null, diagnosis: null }
