import { setFlagsFromString } from 'node:v8'

interface Event { at: number, order: number, run: (() => void) | null }

setFlagsFromString('--allow-natives-syntax')
/** Runs every promise continuation that is ready, now: so that an event is over before the next one begins. */
const drainMicrotasks = new Function('%PerformMicrotaskCheckpoint()') as () => void

/** Time that only passes when nobody has anything left to do. One thread, one order: the same seed gives the same run. */
export class VirtualTime {
  now: number
  private readonly heap: Event[] = []
  private order = 0
  /** Called after each event, when everything that it set off has run. */
  afterEvent: () => void = () => {}

  constructor(startAt: number) {
    this.now = startAt
  }

  /** Runs something `ms` from now. Returns the way to call it off. */
  after(ms: number, run: () => void): () => void {
    const event: Event = { at: this.now + Math.max(0, ms), order: this.order++, run }
    this.push(event)
    return () => { event.run = null }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => { this.after(ms, resolve) })
  }

  /** Lets time pass until nothing is left to happen before `until`. */
  runUntil(until: number): void {
    for (;;) {
      const next = this.heap[0]
      if (!next || next.at > until) break
      this.pop()
      if (next.run === null) continue // called off meanwhile
      this.now = next.at
      next.run()
      drainMicrotasks()
      this.afterEvent()
    }
    this.now = until
  }

  private push(event: Event): void {
    const { heap } = this
    let index = heap.push(event) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (!above || !isBefore(event, above)) break
      heap[index] = above
      heap[parent] = event
      index = parent
    }
  }

  private pop(): void {
    const { heap } = this
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      if (left >= heap.length) break
      const right = left + 1
      const child = right < heap.length && isBefore(heap[right] as Event, heap[left] as Event) ? right : left
      const below = heap[child] as Event
      if (!isBefore(below, last)) break
      heap[index] = below
      index = child
    }
    heap[index] = last
  }
}

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order)

/** Puts the timers of the client library onto virtual time: its deadlines then pass as everything else does. */
export function useVirtualTimers(current: () => VirtualTime): void {
  const cancels = new Map<number, () => void>()
  let ids = 0
  const set = (run: () => void, ms = 0) => {
    const id = ++ids
    cancels.set(id, current().after(ms, () => {
      cancels.delete(id)
      run()
    }))
    return id
  }
  const clear = (id: number) => {
    cancels.get(id)?.()
    cancels.delete(id)
  }
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear })
}
