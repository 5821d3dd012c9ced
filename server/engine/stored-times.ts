import { Prisma } from '../generated/prisma/client.ts'

/** Clocks of several machines differ by less, in ms. */
const TOLERANCE_MS = 5 * 60_000

/** From here on a stored time lies ahead of the clock: it was written before the clock was set back, and says nothing about what came first. */
export const aheadOf = (now: Date) => new Date(now.getTime() + TOLERANCE_MS)
/** The same in a statement. */
export const AHEAD = Prisma.sql`now() + make_interval(secs => ${TOLERANCE_MS / 1000})`

/** Whether something happened within the last `ms`. What lies as far ahead of the clock is no more recent than what is as old. */
export const isRecent = (at: Date | null, now: Date, ms: number) => at !== null && Math.abs(now.getTime() - at.getTime()) < ms

/** Whether a server's row takes what was read at `at`: nothing that was read later is stored. As a condition of a statement on `servers`. */
export const takesReadOf = (at: Date) => Prisma.sql`(observed_at is null or observed_at <= ${at} or observed_at > ${AHEAD})`
