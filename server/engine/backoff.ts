interface BackoffOptions {
  /** 1 for the first failure. */
  attempt: number
  /** From 0 up to, not including, 1. */
  random: number
  baseMs?: number
  capMs?: number
  /** What the panel asked for, which may be longer than the cap of our own pauses. */
  retryAfterMs?: number | null
}

const BASE_MS = 2_000
const CAP_MS = 15 * 60_000

/** Up to this part longer than the panel asked for, by chance. */
const JITTER = 0.1

/**
 * How long to wait before the next try, in ms: doubling up to the cap, with up to half of it left to chance so that many do not come back at
 * once. Never less than the panel asked for, and never longer than a quarter of an hour.
 */
export function backoff({ attempt, random, baseMs = BASE_MS, capMs = CAP_MS, retryAfterMs = null }: BackoffOptions): number {
  const exponential = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(attempt - 1, 0), 30))
  const jittered = Math.round(exponential * (0.5 + random / 2))
  return Math.min(CAP_MS, Math.max(jittered, Math.round((retryAfterMs ?? 0) * (1 + JITTER * random))))
}
