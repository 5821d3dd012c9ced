import { SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Call, Db } from '../../context.ts'
import { concluded } from '../../engine/diagnosis.ts'
import { appendEvent } from '../../engine/postgres/append-event.ts'
import { lockServer, publishOperation } from '../../engine/postgres/write-move.ts'
import { Prisma, type OperationState } from '../../generated/prisma/client.ts'

const OPEN: OperationState[] = ['queued', 'running', 'waiting']

/**
 * Customers lose their numbers of panel users: these are found again by ours, and a stranger's number must not own new servers. Those of
 * `proven` keep theirs: the panel shows a server of theirs under that owner. Who had a number is remembered, for what was sent for it may
 * still arrive.
 */
export async function forgetPanelUsers(tx: Db, proven: readonly number[]): Promise<void> {
  await tx.$executeRaw`
    with former as (select id, virtfusion_user_id from users where virtfusion_user_id is not null and virtfusion_user_id <> all(${[...proven]}::int[])),
    remembered as (insert into former_panel_users (virtfusion_user_id, customer_id, forgotten_at) select virtfusion_user_id, id, now() from former
      on conflict (virtfusion_user_id, customer_id) do update set forgotten_at = excluded.forgotten_at)
    update users set virtfusion_user_id = null, updated_at = now() where id in (select id from former)`
}

/**
 * Of another panel no number says anything: what was sent to the one before does not arrive here. Remembered on, each would be passed over by
 * every throw-away user that gets it, and a stranger's server would bear an order's name.
 */
export async function forgetFormerPanel(tx: Db): Promise<void> {
  await tx.user.updateMany({ where: { virtfusionUserId: { not: null } }, data: { virtfusionUserId: null } })
  await tx.formerPanelUser.deleteMany()
  await tx.escrowUser.deleteMany()
}

/**
 * Marks every bound server that is not among `present` as not at the panel; without such a list, those that the panel said it does not
 * know. Number and uuid stay, for they are the only pointer to what may still stand at a former panel; the mark keeps everything but a
 * deletion from being asked. Resolves to how many have the mark.
 */
export async function markMissing(tx: Db, present: string[] | null, at: Date): Promise<number> {
  const isMissing = present === null ? Prisma.sql`s.observation->>'absentSince' is not null` : Prisma.sql`not exists (select from unnest(${present}::uuid[]) p(id) where p.id = s.id)`
  return tx.$executeRaw`
    update servers s set vanished_at = coalesce(s.vanished_at, ${at}), power = 'unknown', version = s.version + 1, updated_at = now()
    where s.virtfusion_server_id is not null and s.lifecycle <> 'deleted'
      and ${isMissing}`
}

/** Puts every open operation in front of a person: whether it was done already, or belongs to another panel, only a person can tell. Resolves to their number. */
export async function stopOperations(tx: Db, call: Call, decision: string): Promise<number> {
  const open = await tx.operation.findMany({ where: { state: { in: OPEN } }, orderBy: { serverId: 'asc' }, select: { id: true, serverId: true, kind: true, step: true, server: { select: { customerId: true, virtfusionServerId: true } } } })
  let stopped = 0
  for (const { id, serverId, kind, step, server } of open) {
    const diagnosis = { ...concluded('operation_from_before', { decision, kind, isBound: server.virtfusionServerId !== null, isScheduled: step === SCHEDULED_STEP }) }
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
