import { Prisma } from '../../generated/prisma/client.ts'
import { concluded } from '../diagnosis.ts'
import { LEASE_SECONDS } from '../lease.ts'
import { LeaseLostError, SafeModeError, type AttemptEnding, type AttemptFacts, type Lease, type MadeCall, type NewAttempt } from '../ports.ts'
import { assignments, toJsonb, type Execute } from './sql.ts'

const IS_IN_SAFE_MODE = Prisma.sql`exists (select from panel_identity where safe_mode_since is not null)`
/** The condition under which a change may be written down: in safe mode Berth only reads. */
const MAY_SEND = Prisma.sql`not ${IS_IN_SAFE_MODE}`
/** The same for a change that is an operation's, beside its token: what was read under a lease that has run out is too old to send anything upon. */
export const MAY_SEND_UNDER_LEASE = Prisma.sql`lease_expires_at > now() and ${MAY_SEND}`

/**
 * Writes the row that says that a change is about to be sent to the panel. It is refused in the same statement while Berth is in safe mode,
 * or when the lease given is not held any more, so that nothing can come in between; and it begins the lease anew, for nobody else may be at
 * work while the call may still leave. @throws SafeModeError, LeaseLostError
 */
export async function beginAttempt(execute: Execute, attempt: NewAttempt, lease: Lease | null): Promise<void> {
  const [row] = await execute(lease === null
    ? Prisma.sql`${insertAttempt(attempt)} where ${MAY_SEND} returning id`
    : Prisma.sql`
      with kept as (
        update operations set ${LEASE_BEGINS_ANEW} where id = ${lease.operationId}::uuid and lease_token = ${lease.token} and ${MAY_SEND_UNDER_LEASE} returning id)
      ${insertAttempt(attempt)} from kept returning id`)
  if (row) return
  await refuseInSafeMode(execute)
  throw new LeaseLostError(`lease of ${lease?.operationId ?? 'nothing'} lost`)
}

export const LEASE_BEGINS_ANEW = Prisma.sql`lease_expires_at = greatest(lease_expires_at, now() + make_interval(secs => ${LEASE_SECONDS}))`

/** The row as an `insert ... select`, to which a `from` and a `where` can be added. */
export function insertAttempt({ id, operationId, serverId, action, attempt, method, path, requestBody, requestId }: NewAttempt): Prisma.Sql {
  return Prisma.sql`insert into provisioning_logs (id, operation_id, server_id, action, attempt, method, path, request_body, request_id)
    select ${id}::uuid, ${operationId}::uuid, ${serverId}::uuid, ${action}, ${attempt}::int, ${method}, ${path}, ${toJsonb(requestBody)}, ${requestId}`
}

/** Calls that only read, as they ended, as a `with` part of which can be inserted once more without harm. `from` is what has to be there for it. */
export function insertCalls(calls: readonly MadeCall[], from: Prisma.Sql = Prisma.empty): Prisma.Sql {
  const rows = calls.map(({ attempt, ending, beganMsAgo }) => Prisma.sql`(
    ${attempt.id}::uuid, ${attempt.operationId}::uuid, ${attempt.serverId}::uuid, ${attempt.action}, ${attempt.attempt}::int, ${attempt.method}, ${attempt.path}, ${toJsonb(attempt.requestBody)}, ${attempt.requestId},
    ${ending.outcome}::"LogOutcome", ${ending.effect}::"CallEffect", ${ending.httpStatus}::int, ${toJsonb(ending.responseBody)}, ${ending.durationMs}::int, ${ending.code}, ${ending.message}, ${toJsonb(ending.diagnosis)},
    now() - make_interval(secs => ${beganMsAgo / 1000}), now() - make_interval(secs => ${Math.max(0, beganMsAgo - (ending.durationMs ?? 0)) / 1000}))`)
  return Prisma.sql`insert into provisioning_logs (id, operation_id, server_id, action, attempt, method, path, request_body, request_id,
    outcome, effect, http_status, response_body, duration_ms, code, message, diagnosis, created_at, completed_at)
    select made.* from (values ${Prisma.join(rows)}) made ${from} on conflict (id) do nothing`
}

/** @throws SafeModeError while Berth is in safe mode */
export async function refuseInSafeMode(execute: Execute): Promise<void> {
  const [row] = await execute(Prisma.sql`select ${IS_IN_SAFE_MODE} as is_on`)
  if (row?.['is_on'] === true) throw new SafeModeError('Berth is in safe mode: nothing is sent to the panel that changes it.')
}

/** Writes how the call ended into its row. */
export async function completeAttempt(execute: Execute, id: string, ending: AttemptEnding): Promise<void> {
  const [row] = await execute(Prisma.sql`${updateAttempt(ending)} where id = ${id}::uuid returning id`)
  if (!row) throw new Error(`no attempt ${id}`)
}

/** The ending as an `update`, to which a `from` and a `where` can be added. */
export function updateAttempt({ responseBody, diagnosis, ...ending }: AttemptEnding): Prisma.Sql {
  return Prisma.sql`update provisioning_logs set ${assignments(ending)}, response_body = ${toJsonb(responseBody)}, diagnosis = ${toJsonb(diagnosis)}, completed_at = now()`
}

/** The ending of the attempts that are lost with their turn, of one action, else of all that would have changed something; as an `update`, to which conditions can be added. */
export function updateLostAttempts(operationId: string, action: string | undefined): Prisma.Sql {
  return Prisma.sql`update provisioning_logs set outcome = 'unknown', effect = 'unknown', completed_at = now(), code = 'call_outcome_unknown',
    diagnosis = ${toJsonb(concluded('call_outcome_unknown'))} where operation_id = ${operationId}::uuid and completed_at is null and ${ofAction(action)}`
}

const ofAction = (action: string | undefined) => (action === undefined ? Prisma.sql`method <> 'GET'` : Prisma.sql`action = ${action}`)

export async function completeLostAttempts(execute: Execute, operationId: string, action?: string): Promise<number> {
  return (await execute(Prisma.sql`${updateLostAttempts(operationId, action)} returning id`)).length
}

export async function findLastAttempt(execute: Execute, operationId: string, action?: string): Promise<AttemptFacts | null> {
  const [row] = await execute(Prisma.sql`
    select id, completed_at is not null as "isCompleted", effect from provisioning_logs
    where operation_id = ${operationId}::uuid and ${ofAction(action)}
    order by sequence desc limit 1`)
  return row ? { id: String(row['id']), isCompleted: row['isCompleted'] === true, effect: row['effect'] as AttemptFacts['effect'] } : null
}
