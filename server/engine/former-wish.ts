import type { OperationKind } from '#shared/lifecycle/operations.ts'
import type { Operation, Server } from '../generated/prisma/client.ts'
import { readChangeMemory } from './change-memory.ts'
import { SUSPENSION_ENFORCED } from './run.ts'

/** Operations that change with their asking whether a server is to be suspended. */
export const isAboutSuspension = (kind: OperationKind): boolean => kind === 'suspend' || kind === 'unsuspend'

type Ended = Pick<Operation, 'kind' | 'cause' | 'state' | 'attempt' | 'memory'>

/**
 * Whether the server is to be suspended once an operation about its suspension has ended without success; null: as its row says. What was
 * wanted before it was asked for is wanted again, whatever the panel shows: a suspension that was made there by hand does not become ours
 * because lifting it failed, and one of ours that was lifted there is still wanted when making it again failed. Pure.
 */
export function formerWish(operation: Ended, { desiredSuspended, suspendedAt }: Pick<Server, 'desiredSuspended' | 'suspendedAt'>): boolean | null {
  const { wishedBefore } = readChangeMemory(operation)
  const isShown = suspendedAt !== null
  // Asked for by an earlier version, which kept no wish: what the panel shows counts, but for a suspension that is made again, which is wanted all along.
  if (wishedBefore === undefined) return operation.cause === SUSPENSION_ENFORCED && operation.state === 'failed' ? null : isShown
  const wanted = operation.kind === 'suspend'
  // Somebody has decided otherwise meanwhile, under Drift for example.
  if (desiredSuspended !== wanted) return null
  // A suspension that shows may be the one that was sent. A lifting that may still take effect undoes nothing of ours: nobody is suspended again for it.
  if (mayHaveActed(operation) && (!wanted || isShown)) return null
  return wishedBefore
}

/** What a failed one keeps when it is tried again: what is wanted by now, for that may have been changed since. One that stands in front of a person has never let go of its own wish. */
export function keepWish({ kind, state }: Pick<Operation, 'kind' | 'state'>, { desiredSuspended }: Pick<Server, 'desiredSuspended'>): { wishedBefore?: boolean } {
  return state === 'failed' && isAboutSuspension(kind) ? { wishedBefore: desiredSuspended } : {}
}

/** The panel took it, or may have, and no read has told otherwise. */
function mayHaveActed(operation: Ended): boolean {
  const { acceptedAt, isUnknown, isBlind } = readChangeMemory(operation)
  return acceptedAt !== undefined || isUnknown || (isBlind && operation.attempt > 0)
}
