import { z } from 'zod'
import type { Prisma } from '../generated/prisma/client.ts'

const InputSchema = z.object({ heldBy: z.literal('panel'), delayMinutes: z.number().int().min(1) })

/** The delay in minutes that the panel itself is to keep; null for every other operation. */
export function readPanelDelay({ input }: { input: Prisma.JsonValue }): number | null {
  const parsed = InputSchema.safeParse(input)
  return parsed.success ? parsed.data.delayMinutes : null
}

interface Countdown {
  delayMinutes: number
  /** When it was sent by our clock, and when the panel took it by its own, where that is known. */
  askedAt: string
  acceptedAtPanel?: string | undefined
  now: Date
  /** The panel's clock of now. */
  panelDate: Date | null
}

/** When the panel deletes, by our clock as it goes now: the panel counts by its own, and ours may have been set meanwhile. Pure. */
export function findPanelDue({ delayMinutes, askedAt, acceptedAtPanel, now, panelDate }: Countdown): Date {
  const delayMs = delayMinutes * 60_000
  if (acceptedAtPanel === undefined || !panelDate) return new Date(Date.parse(askedAt) + delayMs)
  return new Date(now.getTime() + Date.parse(acceptedAtPanel) + delayMs - panelDate.getTime())
}

interface Look {
  /** Null while nobody knows whether the panel took it. */
  dueAt: Date | null
  now: Date
  /** Whether an earlier read has shown that the panel counts. */
  isShown: boolean
  /** As the panel shows it: above 0 it counts, or deletes. Null where it does not tell; panels may show 0 all the same. */
  deleteLevel: number | null
}

/**
 * What a read of a server tells about the deletion that the panel holds for it. `unsettled`: it may count, or not; `called-off`: somebody
 * has stopped it at the panel. Pure.
 */
export function judgePanelDelay({ dueAt, now, isShown, deleteLevel }: Look): 'unsettled' | 'counts' | 'called-off' | 'due' {
  if (!dueAt) return isCounting(deleteLevel) ? 'counts' : 'unsettled'
  if (dueAt <= now) return 'due'
  return isShown && deleteLevel === 0 ? 'called-off' : 'counts'
}

/** Whether the panel shows that it counts a deletion down, or carries it out. */
export const isCounting = (deleteLevel: number | null): boolean => deleteLevel !== null && deleteLevel > 0
