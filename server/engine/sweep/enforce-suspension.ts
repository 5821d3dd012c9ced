import type { Db, Services } from '../../context.ts'
import { recordAudit } from '../../domains/audit/record-audit.ts'
import { askOperation } from '../../domains/operations/ask-operation.ts'
import { readGroup } from '../../domains/settings/registry.ts'
import { AppError } from '../../errors.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { readSafeModeLeft } from '../identity/read-safe-mode.ts'
import { lockServer } from '../postgres/write-move.ts'
import { SUSPENSION_ENFORCED } from '../run.ts'
import { mayEnforce } from './decide-enforcement.ts'
import { isLateSuspension, latestSince } from './decide-late-suspension.ts'
import type { FindingChanges } from './ports.ts'

/** A server that is to be suspended runs at the panel: somebody lifted the suspension there, or a late request undid it. */
export function isSuspensionLifted(changes: Pick<FindingChanges, 'add' | 'keep'>): boolean {
  return shows(changes, false)
}

/** A server that is to run is suspended at the panel: by hand, or by a late request of ours. */
export function isSuspendedAgain(changes: Pick<FindingChanges, 'add' | 'keep'>): boolean {
  return shows(changes, true)
}

function shows({ add, keep }: Pick<FindingChanges, 'add' | 'keep'>, isSuspended: boolean): boolean {
  return [...add, ...keep].some(({ field, ourValue, panelValue }) => field === 'suspension' && ourValue === !isSuspended && panelValue === isSuspended)
}

/** Suspends it again where the settings say so, for the reason that it was suspended for before. It goes through the breaker on mass harm like any other. */
export async function enforceSuspension(services: Services, serverId: string): Promise<void> {
  await enforce(services, (tx) => suspendAgain(tx, services, serverId))
}

/** Lifts a suspension again, where the settings say so, that a late request of our own has made. One that was made by hand stays. */
export async function undoLateSuspension(services: Services, serverId: string): Promise<void> {
  await enforce(services, (tx) => liftAgain(tx, services, serverId))
}

/** Whatever holds the server now comes first, and the next look tries again. */
async function enforce(services: Services, ask: (tx: Db) => Promise<void>): Promise<void> {
  const { value } = await readGroup(services.db, 'safety')
  if (value.suspensionPolicy !== 'enforce') return
  try {
    await services.db.$transaction(ask)
  }
  catch (error) {
    if (!(error instanceof AppError && (error.code === 'conflict' || error.code === 'unavailable'))) throw error
  }
}

/**
 * The wish is read once the row is ours: somebody may have taken it back since the panel was asked. A difference that an admin has ignored is
 * settled.
 */
async function suspendAgain(tx: Db, services: Services, serverId: string): Promise<void> {
  await lockServer(tx, serverId)
  const server = await tx.server.findUnique({ where: { id: serverId }, select: { name: true, reference: true, desiredSuspended: true } })
  if (!server?.desiredSuspended) return
  if (await tx.driftFinding.count({ where: { serverId, field: 'suspension', state: 'ignored' } }) > 0) return
  const last = await tx.operation.findFirst({ where: { serverId, kind: { in: ['suspend', 'unsuspend'] } }, orderBy: NEWEST, select: { kind: true, state: true, cause: true, createdAt: true } })
  if (!mayEnforce(last, await readSafeModeLeft(tx))) return
  const reason = await findSuspensionReason(tx, serverId)
  const { operation } = await askOperation(tx, services, { serverId, kind: 'suspend', input: reason === null ? {} : { reason }, idempotencyKey: null, cause: SUSPENSION_ENFORCED })
  await recordAudit(tx, services, {
    action: 'server.suspended', entity: 'server', entityId: serverId, entityName: server.name,
    after: { reference: server.reference, operationId: operation.id, reason, cause: SUSPENSION_ENFORCED },
  })
}

/** What the customer was told: as the row says or, once the panel was read without the suspension, as the operation was asked that made it. */
export async function findSuspensionReason(db: Db, serverId: string): Promise<string | null> {
  const server = await db.server.findUnique({ where: { id: serverId }, select: { suspensionReason: true } })
  if (server?.suspensionReason) return server.suspensionReason
  const last = await db.operation.findFirst({ where: { serverId, kind: 'suspend', state: 'succeeded' }, orderBy: NEWEST, select: { input: true } })
  return reasonOf(last?.input)
}

const NEWEST: Prisma.OperationOrderByWithRelationInput[] = [{ createdAt: 'desc' }, { id: 'desc' }]
const LANDED_LATE = 'suspension_landed_late'

/** As above; a difference that an admin has ignored, or taken over, is settled. */
async function liftAgain(tx: Db, services: Services, serverId: string): Promise<void> {
  await lockServer(tx, serverId)
  const server = await tx.server.findUnique({ where: { id: serverId }, select: { name: true, reference: true, desiredSuspended: true, suspendedAt: true } })
  if (!server || server.desiredSuspended || !server.suspendedAt) return
  if (await tx.driftFinding.count({ where: { serverId, field: 'suspension', state: 'open' } }) === 0) return
  if (!await landedLate(tx, serverId, server.suspendedAt)) return
  const { operation } = await askOperation(tx, services, { serverId, kind: 'unsuspend', idempotencyKey: null, cause: LANDED_LATE })
  await recordAudit(tx, services, {
    action: 'server.unsuspended', entity: 'server', entityId: serverId, entityName: server.name,
    after: { reference: server.reference, operationId: operation.id, cause: LANDED_LATE },
  })
}

async function landedLate(tx: Db, serverId: string, noticedAt: Date): Promise<boolean> {
  const last = await tx.operation.findFirst({
    where: { serverId, kind: { in: ['suspend', 'unsuspend'] }, state: 'succeeded' }, orderBy: NEWEST, select: { kind: true, createdAt: true },
  })
  if (last?.kind !== 'unsuspend') return false
  const createdAt = { gte: latestSince(noticedAt) }
  const attempts = await tx.provisioningLog.findMany({ where: { serverId, action: 'servers.suspend', createdAt }, select: { operationId: true, createdAt: true, completedAt: true, effect: true } })
  const seen = new Set((await tx.operation.findMany({ where: { id: { in: attempts.flatMap(({ operationId }) => operationId ?? []) }, state: 'succeeded' }, select: { id: true } })).map(({ id }) => id))
  return isLateSuspension({
    sent: attempts.map(({ operationId, createdAt: at, completedAt, effect }) => ({
      operationId, at, isRefused: completedAt !== null && effect === 'none', isSeen: operationId !== null && seen.has(operationId),
    })),
    liftedAt: last.createdAt,
    noticedAt,
    undone: await tx.operation.count({ where: { serverId, cause: LANDED_LATE, createdAt } }),
  })
}

function reasonOf(input: unknown): string | null {
  const reason = typeof input === 'object' && input !== null && 'reason' in input ? input.reason : null
  return typeof reason === 'string' && reason !== '' ? reason : null
}
