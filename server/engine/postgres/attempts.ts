import type { Db, Services } from '../../context.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { concluded } from '../diagnosis.ts'
import { LeaseLostError, SafeModeError, type AttemptEnding, type AttemptFacts, type Lease, type NewAttempt } from '../ports.ts'

type Clock = Pick<Services, 'now'>

/**
 * Writes the row that says that a call is about to be made. One that changes the panel is refused in the same statement while Berth is
 * in safe mode, or when the lease given is not held any more, so that nothing can come in between. @throws SafeModeError, LeaseLostError
 */
export async function beginAttempt(db: Db, { requestBody, ...attempt }: NewAttempt, lease: Lease | null): Promise<void> {
  if (attempt.method === 'GET') {
    await db.provisioningLog.create({ data: { ...attempt, requestBody: toJson(requestBody) }, select: { id: true } })
    return
  }
  const count = await db.$executeRaw`
    insert into provisioning_logs (id, operation_id, server_id, action, attempt, method, path, request_body, request_id)
    select ${attempt.id}::uuid, ${attempt.operationId}::uuid, ${attempt.serverId}::uuid, ${attempt.action}, ${attempt.attempt}, ${attempt.method}, ${attempt.path},
      ${requestBody === null ? null : JSON.stringify(requestBody)}::jsonb, ${attempt.requestId}
    where not exists (select from panel_identity where safe_mode_since is not null)
      and (${lease?.token ?? null}::bigint is null or exists (
        select from operations where id = ${lease?.operationId ?? null}::uuid and lease_token = ${lease?.token ?? null}::bigint and lease_expires_at > now()))`
  if (count > 0) return
  if (await db.panelIdentity.count({ where: { safeModeSince: { not: null } } }) > 0) throw new SafeModeError('Berth is in safe mode: nothing is sent to the panel that changes it.')
  throw new LeaseLostError(`lease of ${lease?.operationId ?? 'nothing'} lost`)
}

/** Writes how the call ended into its row. */
export async function completeAttempt(db: Db, { now }: Clock, id: string, { responseBody, diagnosis, ...ending }: AttemptEnding): Promise<void> {
  await db.provisioningLog.update({
    where: { id },
    data: { ...ending, responseBody: toJson(responseBody), diagnosis: diagnosis ? { ...diagnosis } satisfies Prisma.InputJsonObject : Prisma.DbNull, completedAt: now() },
    select: { id: true },
  })
}

export async function completeLostAttempts(db: Db, { now }: Clock, operationId: string, action?: string): Promise<number> {
  const { count } = await db.provisioningLog.updateMany({
    where: { operationId, completedAt: null, ...(action === undefined ? { method: { not: 'GET' } } : { action }) },
    data: { outcome: 'unknown', effect: 'unknown', completedAt: now(), code: 'call_outcome_unknown', diagnosis: { ...concluded('call_outcome_unknown') } },
  })
  return count
}

export async function findLastAttempt(db: Db, operationId: string, action?: string): Promise<AttemptFacts | null> {
  const row = await db.provisioningLog.findFirst({ where: { operationId, ...(action === undefined ? { method: { not: 'GET' } } : { action }) }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], select: { id: true, completedAt: true, effect: true } })
  return row && { id: row.id, isCompleted: row.completedAt !== null, effect: row.effect }
}

const toJson = (value: unknown) => (value === null || value === undefined ? Prisma.DbNull : value)
