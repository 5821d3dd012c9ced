import type { Db, Services } from '../../context.ts'
import { askOperation } from '../../domains/operations/ask-operation.ts'
import { readGroup } from '../../domains/settings/registry.ts'
import { AppError } from '../../errors.ts'
import { lockServer } from '../postgres/write-move.ts'
import type { FindingChanges } from './ports.ts'

/** A server that is to be suspended runs at the panel: somebody lifted the suspension there, or a late request undid it. */
export function isSuspensionLifted({ add, keep }: Pick<FindingChanges, 'add' | 'keep'>): boolean {
  return [...add, ...keep].some(({ field, ourValue, panelValue }) => field === 'suspension' && ourValue === true && panelValue === false)
}

/**
 * Suspends it again where the settings say so, for the reason that it was suspended for before. It goes through the breaker on mass harm
 * like any other; whatever holds the server now comes first, and the next look tries again.
 */
export async function enforceSuspension(services: Services, serverId: string): Promise<void> {
  const { value } = await readGroup(services.db, 'safety')
  if (value.suspensionPolicy !== 'enforce') return
  try {
    await services.db.$transaction((tx) => suspendAgain(tx, services, serverId))
  }
  catch (error) {
    if (!(error instanceof AppError && (error.code === 'conflict' || error.code === 'unavailable'))) throw error
  }
}

/** The wish is read once the row is ours: somebody may have taken it back since the panel was asked. */
async function suspendAgain(tx: Db, services: Services, serverId: string): Promise<void> {
  await lockServer(tx, serverId)
  if (await tx.server.count({ where: { id: serverId, desiredSuspended: true } }) === 0) return
  const last = await tx.operation.findFirst({ where: { serverId, kind: 'suspend', state: 'succeeded' }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], select: { input: true } })
  await askOperation(tx, services, { serverId, kind: 'suspend', input: reasonOf(last?.input), idempotencyKey: null, cause: 'suspension_enforced' })
}

function reasonOf(input: unknown): { reason?: string } {
  const reason = typeof input === 'object' && input !== null && 'reason' in input ? input.reason : null
  return typeof reason === 'string' && reason !== '' ? { reason } : {}
}
