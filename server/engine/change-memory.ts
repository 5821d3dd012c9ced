import { z } from 'zod'
import type { Operation } from '../generated/prisma/client.ts'
import type { Engine } from './ports.ts'
import { memoryOf } from './run.ts'

/** What a change of an existing server has learnt. */
const ChangeMemorySchema = z.object({
  /** Since when the result is looked for. */
  verifySince: z.string().optional(),
  looks: z.number().int().default(0),
  /** The token may not read servers. */
  isBlind: z.boolean().default(false),
  /** The panel took the call; without it, the answer was lost. */
  acceptedAt: z.string().optional(),
  isUnknown: z.boolean().default(false),
  /** When a deletion with the panel's delay was about to be sent last. */
  askedAt: z.string().optional(),
  /** What the panel's own clock said when it took that deletion. */
  acceptedAtPanel: z.string().optional(),
  /** When the panel deletes, by our clock. */
  dueAt: z.string().optional(),
  /** A read has shown that the panel counts a deletion down. Not every panel shows it. */
  isShown: z.boolean().default(false),
  /** The answer to such a deletion was lost, and no read has settled it: the panel may be counting. */
  isLost: z.boolean().default(false),
  /** How often the panel has refused to take it again. */
  refusals: z.number().int().default(0),
  queueId: z.number().int().optional(),
  lifecycleBefore: z.enum(['provisioning', 'active', 'failed', 'deleting', 'deleted']).optional(),
  /** Our name before this one was asked for. */
  nameBefore: z.string().optional(),
  /** Whether the server was to be suspended before this suspension, or its lifting, was asked for. */
  wishedBefore: z.boolean().optional(),
  /** When the panel had built the server last, as a read showed right before a rebuild was sent; "never" for one that it had not. */
  builtBefore: z.string().nullish(),
  /** The build of a rebuild that has failed by the panel's own word. */
  overBuild: z.string().nullish(),
  /** When somebody had it tried again last. */
  retriedAt: z.string().optional(),
  /** The newest call that changed something, or would have, before this one is sent: a newer one was made by this very step. */
  lastAttempt: z.string().optional(),
})
export type ChangeMemory = z.output<typeof ChangeMemorySchema>

export function readChangeMemory(operation: Pick<Operation, 'memory'>): ChangeMemory {
  return ChangeMemorySchema.parse(memoryOf(operation))
}

/**
 * How long a change with unknown effect is looked for before it is concluded that it did not happen, in ms: `usual`, unless the host
 * has set the horizon of the engine shorter.
 */
export const unknownLimit = ({ settleMs }: Pick<Engine, 'settleMs'>, usual: number): number => Math.min(usual, settleMs)
