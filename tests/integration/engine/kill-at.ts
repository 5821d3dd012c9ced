import type { Engine, EngineClient, Store } from '../../../server/engine/ports.ts'

/**
 * Counts everything that the engine waits for, the database and the panel alike, and calls back right before each. Being killed after
 * one effect is the same as being killed before the next, so this covers both sides of every await.
 */
export function watchCrossings(engine: Engine, onCross: (index: number, point: string) => void): void {
  let crossings = 0
  const cross = (point: string) => onCross(crossings++, point)
  engine.store = wrap(engine.store, 'store', cross) as Store
  const { client } = engine
  engine.client = async () => {
    const real = await client()
    if (!real) return null
    const { servers, users, queue, packages, templates } = real
    return Object.fromEntries(Object.entries({ servers, users, queue, packages, templates }).map(([name, resource]) => [name, wrap(resource, name, cross)])) as EngineClient
  }
}

/** The same object, whose functions are announced before they run. What hangs on a function (the description of a call) stays. */
function wrap(target: object, name: string, cross: (point: string) => void): object {
  return Object.fromEntries(Object.entries(target).map(([key, value]: [string, unknown]) => {
    // Heartbeats and the look into the queue come at moments of their own, which would shift the count.
    if (typeof value !== 'function' || key === 'renew' || key === 'claim' || key === 'schedule') return [key, value]
    const announced = (...args: unknown[]) => {
      cross(`${name}.${key}`)
      return (value as (...given: unknown[]) => unknown)(...args)
    }
    return [key, Object.assign(announced, value)]
  }))
}
