import type { Power } from '#shared/lifecycle/servers.ts'

export type PowerKind = 'boot' | 'shutdown' | 'restart' | 'poweroff'

/** The state that a power action ends in. */
export const powerGoal = (kind: PowerKind): Power => (kind === 'boot' || kind === 'restart' ? 'running' : 'stopped')

/** Whether there is nothing to do. A restart always does something. Pure. */
export function isAlreadySo(kind: PowerKind, power: Power | null): boolean {
  return kind !== 'restart' && power === powerGoal(kind)
}

export type PowerDecision = 'done' | 'look-again' | 'send-again' | 'say-unknown' | 'limit'

interface PowerFacts {
  kind: PowerKind
  /** Null when no live data came. */
  power: Power | null
  /** `finished` also stands for a task that the panel no longer knows. */
  task: 'running' | 'finished' | 'none'
  isUnknown: boolean
  elapsedMs: number
  limitMs: number
}

/** What a power action has come to. One whose answer was lost is sent again only where the state shows that it did not happen. Pure. */
export function decidePower({ kind, power, task, isUnknown, elapsedMs, limitMs }: PowerFacts): PowerDecision {
  const isReached = power === powerGoal(kind)
  if (isUnknown) {
    // A server that runs may have been restarted, or not: nothing in its state tells.
    if (kind === 'restart') return elapsedMs < limitMs ? 'look-again' : 'say-unknown'
    if (isReached) return 'done'
    if (elapsedMs < limitMs) return 'look-again'
    return kind === 'poweroff' ? 'say-unknown' : 'send-again'
  }
  if (task === 'running') return elapsedMs < limitMs ? 'look-again' : 'limit'
  if (isReached || (task === 'finished' && power === null)) return 'done'
  return elapsedMs < limitMs ? 'look-again' : 'limit'
}
