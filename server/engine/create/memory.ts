import { z } from 'zod'
import type { Operation } from '../../generated/prisma/client.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import type { Learnt } from '../outcome.ts'
import { memoryOf } from '../run.ts'
import { StoredCandidateSchema } from './find-candidates.ts'
import { OrderSchema } from './order.ts'

/** What an order knows of the throw-away user that it is sent for. */
const EscrowSchema = z.object({
  /** The name by which the panel knows the user, made from ours. */
  relation: z.string(),
  /** Whose the server is to be once it is bound. */
  recipientId: z.number().int().positive(),
  /** How often the panel did not let the user be deleted. */
  refusals: z.number().int().default(0),
  /** How often in a row the panel has said that nobody has the user's number any more. */
  absences: z.number().int().default(0),
  /** A person has looked, and said that the order never happened. */
  isReleased: z.boolean().optional(),
  /** When the user was seen to be gone, by our clock and by the panel's. */
  goneAt: z.string().optional(),
  goneAtPanel: z.string().nullish(),
})
export type Escrow = z.output<typeof EscrowSchema>

/** A send that got lost and that a fence has ended. */
const FencedSendSchema = z.object({ ownerId: z.number().int().positive(), sentAt: z.string(), epoch: z.string() })

/** What a create has learnt so far; each part appears with the step that learns it. */
const CreateMemorySchema = z.object({
  order: OrderSchema.optional(),
  /** The panel's user that the order is sent for: its owner, or in mode escrow the throw-away user. */
  ownerId: z.number().int().positive().optional(),
  /** Only in mode escrow, while a user of its own stands for the order. */
  escrow: EscrowSchema.optional(),
  /** Counts the throw-away users of an order: one that was deleted is never made again. */
  escrowNumber: z.number().int().positive().default(1),
  /** How many of them were deleted since a person looked. */
  fenced: z.number().int().default(0),
  /** Ids that the owner had before the order was sent; null where the token may not list. */
  baseline: z.array(z.number().int()).nullish(),
  /** What their uuids begin with, in the same order: see baseline.ts. Orders from before have none. */
  baselineMarks: z.array(z.string()).nullish(),
  /** The panel's clock at the baseline; ours where the panel sent none. */
  baselineAt: z.string().optional(),
  sentAt: z.string().optional(),
  /** The epoch of the panel in which it was sent: see `Gate`. Orders from before have none. */
  sentInEpoch: z.string().optional(),
  /** The first of the fenced sends that no person has said never happened. */
  firstFenced: FencedSendSchema.optional(),
  /** Since when the effect is unknown. */
  settleSince: z.string().optional(),
  looks: z.number().int().default(0),
  /** How often a lost order was sent again by the host's setting. */
  sentAgain: z.number().int().default(0),
  /** How often the panel took it that the server has another owner now. */
  transfers: z.number().int().default(0),
  candidates: z.array(StoredCandidateSchema).default([]),
  /** When the panel's own answer showed a new, unbuilt server. */
  freshAt: z.iso.datetime().nullish().catch(null),
  /** When a person last had it tried again. */
  retriedAt: z.iso.datetime().nullish().catch(null),
  buildSentAt: z.string().optional(),
  buildState: z.enum(['sent', 'unknown', 'accepted']).optional(),
  /** The newest build that is known to have come to nothing. */
  overBuild: z.string().optional(),
  installSince: z.string().optional(),
  /** A failed installation is to be tried again. */
  mayReinstall: z.boolean().default(false),
  /** Berth itself has tried a failed installation again: once is enough. */
  builtAgain: z.boolean().default(false),
})
export type CreateMemory = z.output<typeof CreateMemorySchema>

/**
 * What is forgotten of a send that certainly came to nothing. The owner is free from then on, so that what is new there since that list may
 * be another order's: nobody may measure by it any more. An owner of its own never gets another order.
 */
export function forgetUnsent({ escrow }: Pick<CreateMemory, 'escrow'>): Learnt {
  return escrow ? {} : { baseline: null, baselineMarks: null, baselineAt: null, sentAt: null }
}

/** What is learnt of a server that an order is bound to: whether it was new and unbuilt just now. */
export function noteFresh({ commissionStatus, built }: Pick<VirtFusionServer, 'commissionStatus' | 'built'>, now: Date): { freshAt: string | null } {
  return { freshAt: commissionStatus === 0 && built === null ? now.toISOString() : null }
}

/** A row's memory is replaced, never changed, and several parts of a step ask for it: each is read once. */
const readings = new WeakMap<object, CreateMemory>()

/** @throws ZodError for a memory that this version can't read: a defect, never a guess */
export function readCreateMemory(operation: Pick<Operation, 'memory'>): CreateMemory {
  const memory = memoryOf(operation)
  const known = readings.get(memory)
  if (known) return known
  const read = CreateMemorySchema.parse(memory)
  readings.set(memory, read)
  return read
}
