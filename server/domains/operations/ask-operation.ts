import { isDeepStrictEqual } from 'node:util'
import { OPERATION_LABELS } from '#shared/lifecycle/operation-labels.ts'
import { ACTIVE_STATES, isActive, OPERATION_STEPS, SCHEDULED_STEP, type OperationKind } from '#shared/lifecycle/operations.ts'
import type { CurrentUser, Db, Services } from '../../context.ts'
import { freezeOrder } from '../../engine/create/order.ts'
import { isAboutSuspension } from '../../engine/former-wish.ts'
import { appendEvent } from '../../engine/postgres/append-event.ts'
import { scheduleOperation } from '../../engine/schedule-operation.ts'
import { AppError, conflict, notFound } from '../../errors.ts'
import type { Operation, Prisma } from '../../generated/prisma/client.ts'
import { notify } from '../notifications/notify.ts'
import { keyReused } from './key-reused.ts'

export interface AskOperation {
  serverId: string
  kind: OperationKind
  /** What the kind needs: create `{ operatingSystemId? }`, suspend `{ reason? }`, rebuild `{ operatingSystemId }`, rename `{ name }`, resize `{ field, value }`, transfer `{ fromOwnerId, ownerId, ownerMode }`, others nothing. */
  input?: Prisma.InputJsonObject
  /** What it knows from the start beside that; the same request again need not say it. */
  memory?: Prisma.InputJsonObject
  /** The same key by the same actor is the same operation. */
  idempotencyKey: string | null
  cause?: string
  /** Only for a delete: held on our side and cancellable until then. */
  dueAt?: Date
}

/** Who asks: the call of a person, or bare services when Berth itself does. */
export type AskSource = Services & { user?: CurrentUser | null, requestId?: string }

/**
 * Stores what somebody wants done to a server, with its first event and its job, in the caller's transaction. The same key again
 * answers with the same operation. Whoever changes with it whether the server is to be suspended does so after it, for the operation keeps
 * what was wanted before.
 * @throws AppError conflict: another operation holds the server, or the key stands for another request
 */
export async function askOperation(tx: Db, source: AskSource, asked: AskOperation): Promise<{ operation: Operation, isNew: boolean }> {
  const server = await tx.server.findUnique({ where: { id: asked.serverId }, select: { id: true, name: true, reference: true, customerId: true, desiredSuspended: true } })
  if (!server) throw notFound()

  const { dueAt } = asked
  const isScheduled = asked.kind === 'delete' && dueAt !== undefined && dueAt > source.now()
  const created = await tx.operation.createManyAndReturn({
    data: [{
      ...await describe(tx, source, asked, server),
      step: isScheduled ? SCHEDULED_STEP : firstStep(asked.kind),
      state: isScheduled ? 'waiting' : 'queued',
      nextAttemptAt: isScheduled ? dueAt : null,
    }],
    skipDuplicates: true, // a refused insert would abort the caller's transaction
  })
  const operation = created[0]
  if (!operation) return { operation: await findRival(tx, source, asked), isNew: false }

  await appendEvent(tx, server.id, {
    operationId: operation.id, state: operation.state, step: operation.step, actorId: operation.actorId,
    ...(isScheduled ? { code: 'scheduled', params: { dueAt: dueAt.toISOString() } } : { code: 'asked', params: {} }),
  })
  if (isScheduled) await announceDeletion(tx, source, { operation, server, dueAt })
  await scheduleOperation(tx, operation.id, isScheduled ? dueAt : null)
  await source.events.publish(tx, { type: 'operation', operationId: operation.id, serverId: server.id }, { admins: true, userId: server.customerId })
  return { operation, isNew: true }
}

function firstStep(kind: OperationKind): string {
  const step = OPERATION_STEPS[kind].find((name) => name !== SCHEDULED_STEP)
  if (!step) throw new Error(`The kind ${kind} has no steps.`)
  return step
}

async function describe(tx: Db, source: AskSource, asked: AskOperation, { desiredSuspended }: { desiredSuspended: boolean }) {
  const input = asked.input ?? {}
  const template = input['operatingSystemId']
  const order = asked.kind === 'create' ? await freezeOrder(tx, source, { serverId: asked.serverId, asked: typeof template === 'number' ? template : null }) : null
  return {
    serverId: asked.serverId,
    kind: asked.kind,
    input,
    // Without success, what was wanted before counts again.
    memory: order ? { order } as Prisma.InputJsonObject : { ...(isAboutSuspension(asked.kind) ? { wishedBefore: desiredSuspended } : {}), ...asked.memory },
    actorKind: source.user ? 'person' as const : 'system' as const,
    actorId: source.user?.id ?? null,
    cause: asked.cause ?? 'asked',
    idempotencyKey: asked.idempotencyKey,
    requestId: source.requestId ?? null,
  }
}

/** The insert gave way to a row that stands already: the same request, made before, or another operation of this server. */
async function findRival(tx: Db, source: AskSource, asked: AskOperation): Promise<Operation> {
  if (asked.idempotencyKey !== null) {
    const same = await tx.operation.findFirst({ where: { actorId: source.user?.id ?? null, idempotencyKey: asked.idempotencyKey } })
    if (same) {
      if (same.kind === asked.kind && same.serverId === asked.serverId && isDeepStrictEqual(same.input, asked.input ?? {})) return same
      throw keyReused()
    }
  }
  const rival = await tx.operation.findFirst({
    where: { serverId: asked.serverId, state: { in: ACTIVE_STATES } }, orderBy: { createdAt: 'desc' },
  })
  if (rival && isActive(rival.state)) {
    if (rival.step === SCHEDULED_STEP) throw conflict('The deletion of this server is already scheduled.', 'operation_active')
    throw conflict(`"${OPERATION_LABELS[rival.kind]}" is under way for this server. Wait until it is finished.`, 'operation_active')
  }
  throw new AppError('unavailable', 'Another request changed this server at the same moment. Try again.', { retryAfterSeconds: 1 })
}

interface Announcement { operation: Operation, server: { id: string, name: string, reference: string, customerId: string }, dueAt: Date }

async function announceDeletion(tx: Db, source: AskSource, { operation, server, dueAt }: Announcement): Promise<void> {
  await tx.server.update({
    where: { id: server.id }, data: { deletionRequestedAt: source.now(), deletionDueAt: dueAt, version: { increment: 1 } }, select: { id: true },
  })
  const notice = {
    level: 'warning' as const, code: 'deletion_scheduled', params: { serverName: server.name, reference: server.reference, dueAt: dueAt.toISOString() },
    dedupeKey: `deletion_scheduled:${operation.id}`,
  }
  await notify(tx, source, { ...notice, to: 'admins', link: `/admin/servers/${server.id}` })
  await notify(tx, source, { ...notice, to: { userId: server.customerId }, link: `/servers/${server.id}` })
}
