import { classifyFailure } from '../classify-failure.ts'
import { concluded } from '../diagnosis.ts'
import { notNow } from '../not-now.ts'
import { attention, next, type Outcome } from '../outcome.ts'
import type { Run } from '../run.ts'
import type { CreateMemory, Escrow } from './memory.ts'

type SentFor = Pick<CreateMemory, 'firstFenced'> & { escrow: Escrow, ownerId: number }

/**
 * Asks the panel whether this number still is the order's throw-away user, before anything is sent for it; null when it is. A panel that came back
 * from a backup has lost the user and gives its number to somebody else, whose servers are no sign of ours. One that it has lost is made anew.
 * Nor does a fence hold across such a panel: a request that it ended is let in again by whoever got that number, so nothing more is sent before a person has looked.
 */
export async function findEscrowDoubt({ panel, gate }: Run, { escrow: { relation }, ownerId, firstFenced }: SentFor): Promise<Outcome | null> {
  if (firstFenced && firstFenced.epoch !== gate.epoch) return attention(concluded('escrow_fence_void', { ownerId: firstFenced.ownerId, sentAt: firstFenced.sentAt }))
  const found = await panel.findUserByRelation(relation)
  if (found.ok) return found.value.id === ownerId ? null : isSomebodyElse(ownerId, relation)
  return classifyFailure(found.error) === 'absent' ? next('prepare') : notNow(found)
}

/** Whose the number is by now, a person has to see. */
export const isSomebodyElse = (ownerId: number, relation: string): Outcome => attention(concluded('escrow_user_changed', { ownerId, relation }))
