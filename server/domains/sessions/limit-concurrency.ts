import { AppError } from '../../errors.ts'

/**
 * Runs at most `limit` of the given tasks at once; up to `maxWaiting` others wait in their order.
 * @throws AppError unavailable when even the line is full
 */
export function limitConcurrency(limit: number, maxWaiting: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (task) => {
    if (running >= limit && waiting.length >= maxWaiting) throw new AppError('unavailable', 'Too many people sign in at this moment. Try again in a few seconds.', { retryAfterSeconds: 5 })
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await task()
    }
    finally {
      const next = waiting.shift()
      if (next) next() // hands its place over
      else running -= 1
    }
  }
}
