import type { Log } from './log.ts'

/** How long everything that is under way may take to end when the process is asked to stop. */
const PATIENCE_MS = 15_000
/** Then, how long what may not be left behind may take: both together stay below twenty seconds. */
const LEAVE_MS = 3_000

interface Ending {
  log: Pick<Log, 'warn' | 'error'>
  /** Ends everything, each part when what needs it has ended. */
  inOrder(): Promise<void>
  /** Ends only what a process may not leave behind. */
  leave(): Promise<void>
}

/**
 * Ends the process: in order, or after fifteen seconds all the same. What is under way then is left as a kill would leave it. Nothing of it
 * is aborted before, for whatever were written about an aborted call could be wrong: its lease runs out, its attempt reads as unknown, and
 * another process settles it.
 */
export async function endProcess({ log, inOrder, leave }: Ending): Promise<void> {
  const ended = await within(PATIENCE_MS, inOrder().then(() => 0, (error: unknown) => {
    log.error({ err: error }, 'stopping failed')
    return 1
  }))
  if (ended !== null) process.exit(ended)

  log.warn('something is still under way after fifteen seconds: ending all the same, the next process settles it')
  await within(LEAVE_MS, leave().catch((error: unknown) => { log.error({ err: error }, 'stopping failed') }))
  process.exit(0)
}

/** Null when it took longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => { timer = setTimeout(() => resolve(null), ms) })
  try {
    return await Promise.race([work, late])
  }
  finally {
    clearTimeout(timer)
  }
}
