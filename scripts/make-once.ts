import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whoever holds a lock file touches it so often, in ms, ... */
const BEAT_MS = 1_000
/** ... and is gone when it was not touched for so long. A process id would say less: in a container the next process has the same one. */
const GONE_AFTER_MS = 15_000
const LOOK_MS = 200

interface Thing {
  /** A file that exists while somebody makes the thing. */
  lock: string
  isMade(): boolean
  make(): Promise<void>
  /** Called once when somebody else is at it. */
  onWait(): void
}

/** Makes what is not made yet. Of several processes that come at once one makes it and the others wait, look again, and find it made. What was made by one that ended half-way is made anew. */
export async function makeOnce({ lock, isMade, make, onWait }: Thing): Promise<void> {
  if (ageOf(lock) === null && isMade()) return
  const id = randomUUID()
  const isHalfMade = await take(lock, id, onWait)
  const beat = setInterval(() => {
    if (isOurs(lock, id)) utimesSync(lock, new Date(), new Date())
  }, BEAT_MS)
  try {
    if (isHalfMade || !isMade()) await make()
  }
  finally {
    clearInterval(beat)
    if (isOurs(lock, id)) rmSync(lock)
  }
}

/** Resolves once the lock is ours; true when somebody left it behind. */
async function take(lock: string, id: string, onWait: () => void): Promise<boolean> {
  mkdirSync(path.dirname(lock), { recursive: true })
  for (let isLeft = false, hasWaited = false; ;) {
    if (create(lock, id)) {
      if (!isLeft) return false
      // Two who found it left behind at the same moment may both have removed it: the file says whose it is now.
      await sleep(LOOK_MS)
      if (isOurs(lock, id)) return true
      isLeft = false
    }
    const age = ageOf(lock)
    // A time to come is as old: the clock was set back since.
    if (age !== null && Math.abs(age) > GONE_AFTER_MS) {
      rmSync(lock, { force: true })
      isLeft = true
      continue
    }
    if (!hasWaited) onWait()
    hasWaited = true
    await sleep(LOOK_MS)
  }
}

function create(lock: string, id: string): boolean {
  try {
    writeFileSync(lock, id, { flag: 'wx' })
    return true
  }
  catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Since its last touch, in ms; null where there is none. */
function ageOf(lock: string): number | null {
  const facts = statSync(lock, { throwIfNoEntry: false })
  return facts ? Date.now() - facts.mtimeMs : null
}

function isOurs(lock: string, id: string): boolean {
  try {
    return readFileSync(lock, 'utf8') === id
  }
  catch {
    return false
  }
}
