import type { Operation } from '../../../generated/prisma/client.ts'
import { readChangeMemory } from '../../change-memory.ts'
import { concluded } from '../../diagnosis.ts'
import { fail } from '../../outcome.ts'
import type { OfflineStep } from '../../run.ts'

const POWER_KINDS: readonly string[] = ['boot', 'shutdown', 'restart', 'poweroff']
/** How long somebody still means what he asked for, in ms. A server that came back by itself meanwhile is not switched off hours later. */
const WISH_MS = 15 * 60_000

/** Whether a power action has waited for longer than it is meant, and nothing was sent for it. Pure. */
export function hasExpired(operation: Pick<Operation, 'kind' | 'step' | 'attempt' | 'createdAt' | 'memory'>, now: Date): boolean {
  const { kind, step, attempt, createdAt } = operation
  if (!POWER_KINDS.includes(kind) || step !== 'check' || attempt > 0) return false
  const { retriedAt } = readChangeMemory(operation)
  return now.getTime() - (retriedAt === undefined ? createdAt.getTime() : Date.parse(retriedAt)) > WISH_MS
}

/** Ends it: who still wants it asks again, and sees how the server is now. */
export const expire: OfflineStep = () => Promise.resolve(fail(concluded('wish_expired', { minutes: WISH_MS / 60_000 })))
