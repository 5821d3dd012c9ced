import { classifyFailure } from '../classify-failure.ts'
import { concluded } from '../diagnosis.ts'
import { attention, wait, type Outcome } from '../outcome.ts'
import type { Run } from '../run.ts'
import type { Escrow } from './memory.ts'

const PAUSED_MS = 15_000

/** What the panel says of a throw-away user: known under the number that the order is sent for, not there, or `ended`: not now, or under another number. */
export type EscrowUser = { type: 'known' } | { type: 'absent' } | { type: 'ended', outcome: Outcome }

/**
 * Asks the panel whether this number still is the order's throw-away user, before anything is sent for it. A panel that came back from a backup
 * has lost the user and gives its number to somebody else, whose servers are no sign of ours.
 */
export async function findEscrowUser({ panel }: Run, { relation }: Pick<Escrow, 'relation'>, ownerId: number): Promise<EscrowUser> {
  const found = await panel.findUserByRelation(relation)
  if (found.ok) return found.value.id === ownerId ? { type: 'known' } : { type: 'ended', outcome: isSomebodyElse(ownerId, relation) }
  switch (classifyFailure(found.error)) {
    case 'absent': return { type: 'absent' }
    case 'unauthorized': return { type: 'ended', outcome: wait(PAUSED_MS, concluded('panel_paused')) }
    default: return { type: 'ended', outcome: wait('backoff', found.diagnosis) }
  }
}

/** Whose the number is by now, a person has to see. */
export const isSomebodyElse = (ownerId: number, relation: string): Outcome => attention(concluded('escrow_user_changed', { ownerId, relation }))
