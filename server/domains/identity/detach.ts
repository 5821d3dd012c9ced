import type { Call, Db } from '../../context.ts'
import { concluded } from '../../engine/diagnosis.ts'
import { appendEvent } from '../../engine/postgres/append-event.ts'
import { lockServer, publishOperation } from '../../engine/postgres/write-move.ts'
import type { OperationState } from '../../generated/prisma/client.ts'

const OPEN: OperationState[] = ['queued', 'running', 'waiting']

/**
 * Marks every bound server that is not among `present` as not at the panel. Number and uuid stay, for they are the only pointer to what
 * may still stand at the former panel; the mark keeps everything but a deletion from being asked. Customers lose their numbers of panel
 * users: these are found again by ours, and a stranger's number must not own new servers. Resolves to how many servers were marked.
 */
export async function detachServers(tx: Db, { now }: Pick<Call, 'now'>, present: string[]): Promise<number> {
  await tx.user.updateMany({ where: { virtfusionUserId: { not: null } }, data: { virtfusionUserId: null } })
  return tx.$executeRaw`
    update servers s set vanished_at = coalesce(s.vanished_at, ${now()}), power = 'unknown', version = s.version + 1, updated_at = now()
    where s.virtfusion_server_id is not null and s.lifecycle <> 'deleted'
      and not exists (select from unnest(${present}::uuid[]) p(id) where p.id = s.id)`
}

/** Puts every open operation in front of a person: whether it was done already, or belongs to another panel, only a person can tell. Resolves to their number. */
export async function stopOperations(tx: Db, call: Call, decision: string): Promise<number> {
  const diagnosis = { ...concluded('operation_from_before', { decision }) }
  const open = await tx.operation.findMany({ where: { state: { in: OPEN } }, orderBy: { serverId: 'asc' }, select: { id: true, serverId: true, step: true, server: { select: { customerId: true } } } })
  let stopped = 0
  for (const { id, serverId, step, server } of open) {
    await lockServer(tx, serverId)
    const { count } = await tx.operation.updateMany({
      where: { id, state: { in: OPEN } },
      data: { state: 'needs_attention', diagnosis, nextAttemptAt: null, claims: 0, leaseToken: { increment: 1 }, leaseExpiresAt: null, version: { increment: 1 } },
    })
    if (count === 0) continue
    await appendEvent(tx, serverId, { operationId: id, state: 'needs_attention', step, code: 'needs_attention', params: { diagnosis }, actorId: call.user.id })
    await publishOperation(tx, call, { id, serverId }, server.customerId)
    stopped += 1
  }
  return stopped
}
