import type { Db } from '../../context.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { concluded } from '../diagnosis.ts'
import { SafeModeError, type AttemptEnding, type AttemptFacts, type NewAttempt } from '../ports.ts'

/**
 * Writes the row that says that a call is about to be made. One that changes the panel is refused in the same statement while Berth is
 * in safe mode, so that nothing can come in between. @throws SafeModeError
 */
export async function beginAttempt(db: Db, { requestBody, ...attempt }: NewAttempt): Promise<void> {
  if (attempt.method === 'GET') {
    await db.provisioningLog.create({ data: { ...attempt, requestBody: toJson(requestBody) }, select: { id: true } })
    return
  }
  const count = await db.$executeRaw`
    insert into provisioning_logs (id, operation_id, server_id, action, attempt, method, path, request_body, request_id)
    select ${attempt.id}::uuid, ${attempt.operationId}::uuid, ${attempt.serverId}::uuid, ${attempt.action}, ${attempt.attempt}, ${attempt.method}, ${attempt.path},
      ${requestBody === null ? null : JSON.stringify(requestBody)}::jsonb, ${attempt.requestId}
    where not exists (select from panel_identity where safe_mode_since is not null)`
  if (count === 0) throw new SafeModeError('Berth is in safe mode: nothing is sent to the panel that changes it.')
}

/** Writes how the call ended into its row. */
export async function completeAttempt(db: Db, id: string, { responseBody, diagnosis, ...ending }: AttemptEnding): Promise<void> {
  await db.provisioningLog.update({
    where: { id },
    data: { ...ending, responseBody: toJson(responseBody), diagnosis: diagnosis ? { ...diagnosis } satisfies Prisma.InputJsonObject : Prisma.DbNull, completedAt: new Date() },
    select: { id: true },
  })
}

export async function completeLostAttempts(db: Db, operationId: string, action?: string): Promise<number> {
  const { count } = await db.provisioningLog.updateMany({
    where: { operationId, completedAt: null, ...(action === undefined ? { method: { not: 'GET' } } : { action }) },
    data: { outcome: 'unknown', effect: 'unknown', completedAt: new Date(), code: 'call_outcome_unknown', diagnosis: { ...concluded('call_outcome_unknown') } },
  })
  return count
}

/** The newest call of this name that an operation made, or was about to make. */
export async function findLastAttempt(db: Db, operationId: string, action: string): Promise<AttemptFacts | null> {
  const row = await db.provisioningLog.findFirst({ where: { operationId, action }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], select: { completedAt: true, effect: true } })
  return row && { isCompleted: row.completedAt !== null, effect: row.effect }
}

const toJson = (value: unknown) => (value === null || value === undefined ? Prisma.DbNull : value)
