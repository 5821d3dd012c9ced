import type { Accepted } from '#shared/schemas/servers.ts'
import type { DeleteOrphan } from '#shared/schemas/orphans.ts'
import type { Call, Db } from '../../context.ts'
import { conflict, invalidField } from '../../errors.ts'
import type { Operation, Orphan } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { askOperation } from '../operations/ask-operation.ts'
import { keyReused } from '../operations/key-reused.ts'
import { toAccepted } from '../servers/accepted.ts'
import { dueAfter } from '../servers/due-after.ts'
import { findRepeated, queueByKey } from '../servers/find-repeated.ts'
import { loadServer } from '../servers/load-server.ts'
import { bindOrphan } from './bind-orphan.ts'
import { ORPHAN_CAUSE } from './hand-back-orphan.ts'
import { readRemote } from './read-remote.ts'
import { findWaiting, requireNobodysChild, requireOwnerDecided, takeOrphan } from './take-orphan.ts'

/**
 * Deletes a remote server of nobody at the panel. A deletion is an operation, and an operation needs a row: so the server is taken over first,
 * under the admin who deletes it and not under any customer, who would see somebody else's machine. The row stays as deleted, so nothing
 * of it is forgotten. A delay is kept on our side as for any server, and called off the same way. The breaker on mass harm counts it
 * like any other deletion. The same key again answers with the first deletion.
 * @throws AppError not_found, conflict, invalid_input, panel_unavailable
 */
export async function deleteOrphan(call: Call, id: string, { confirm, planId, reason, delayMinutes }: DeleteOrphan, idempotencyKey: string | null = null): Promise<Accepted> {
  const wanted = { kind: 'delete' as const, input: { delayMinutes } }
  const repeated = await findDeletion(call.db, call, { id, idempotencyKey, wanted })
  if (repeated) return answer(call, repeated)
  const listed = await findWaiting(call.db, id)
  requireConfirmation(listed, confirm)
  await requireNobodysChild(call.db, listed)
  const readAt = call.now()
  const remote = await readRemote(call, listed)
  if (remote.protected === true) throw conflict('This server is protected at the panel. Take the protection off there first.', 'server_protected')
  const operation = await call.db.$transaction(async (tx) => {
    await queueByKey(tx, call, idempotencyKey)
    const first = await findDeletion(tx, call, { id, idempotencyKey, wanted })
    if (first) return first
    await requireOwnerDecided(tx, listed, remote)
    const orphan = await takeOrphan(tx, id)
    await requireNobodysChild(tx, orphan)
    const server = await bindOrphan(tx, call, { orphan, remote, holder: { customerId: call.user.id, planId }, readAt })
    const dueAt = dueAfter(call, delayMinutes)
    const asked = await askOperation(tx, call, { serverId: server.id, ...wanted, idempotencyKey, cause: ORPHAN_CAUSE, ...(dueAt ? { dueAt } : {}) })
    await tx.orphan.update({ where: { id }, data: { state: 'deleting', reason }, select: { id: true } })
    await recordAudit(tx, call, {
      action: 'orphan.deleted', entity: 'server', entityId: server.id, entityName: server.name,
      after: { reason, delayMinutes, ...(dueAt ? { dueAt } : {}), reference: server.reference, operationId: asked.operation.id, virtfusionServerId: remote.id, virtfusionUuid: remote.uuid, virtfusionUserId: remote.ownerId },
    })
    return asked.operation
  })
  return answer(call, operation)
}

interface Repeat { id: string, idempotencyKey: string | null, wanted: { kind: 'delete', input: { delayMinutes: number } } }

async function answer(call: Call, operation: Operation): Promise<Accepted> {
  return toAccepted(call, { operation, server: await loadServer(call, operation.serverId) })
}

/** The deletion of this orphan that the key stands for. @throws AppError conflict `idempotency_key_reused` when it stands for another request */
async function findDeletion(db: Db, call: Call, { id, idempotencyKey, wanted }: Repeat): Promise<Operation | null> {
  const repeated = await findRepeated(db, call, idempotencyKey, wanted)
  if (!repeated) return null
  const orphan = await db.orphan.findUnique({ where: { id }, select: { virtfusionUuid: true } })
  const { virtfusionUuid } = await db.server.findUniqueOrThrow({ where: { id: repeated.serverId }, select: { virtfusionUuid: true } })
  if (repeated.cause !== ORPHAN_CAUSE || orphan?.virtfusionUuid !== virtfusionUuid) throw keyReused()
  return repeated
}

/** Danger is typed. */
function requireConfirmation({ name, virtfusionUuid }: Orphan, confirm: string): void {
  if (confirm !== '' && (confirm === name || confirm === virtfusionUuid)) return
  throw invalidField('confirm', name ? 'Type the server\'s name at the panel, or its uuid.' : 'Type the server\'s uuid.')
}
