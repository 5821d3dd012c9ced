import { AsyncLocalStorage } from 'node:async_hooks'
import { isActive } from '#shared/lifecycle/operations.ts'
import type { Claim, Engine, Move, Standing, Store } from '../../../server/engine/ports.ts'

/** A side of something that an operation waits for, by the step that waits: `send servers.create`. */
export interface Place {
  point: string
  side: 'before' | 'after'
  /** Counted from 1: the same step may wait for the same thing again. */
  nth: number
}

export interface Crossing extends Place {
  operationId: string
  step: string
  /** What comes next is no more of this turn: the worker is free for another job. */
  endsTurn: boolean
  /** It stands before nobody's turn any more: it is over, or before a person. */
  endsOperation: boolean
}

/** A turn of an operation; null once it has ended, for the worker goes on with other jobs in the same asynchronous context. */
interface Turn { operationId: string | null }

interface Life { step: string, counts: Map<string, number> }

/** Heartbeats come at moments of their own; the other two belong to no turn. */
const UNWATCHED = new Set(['renew', 'handOver', 'schedule'])

/**
 * Announces everything that the engine waits for, the database and the panel alike, right before and right after, with the operation on
 * whose behalf. What `onCross` resolves to is waited for: one that never does holds the operation there.
 */
export function watchCrossings(engine: Engine, onCross: (crossing: Crossing) => void | Promise<void>): void {
  const turns = new AsyncLocalStorage<Turn>()
  const lives = new Map<string, Life>()

  const cross = (operationId: string, name: string, side: Crossing['side'], ends: Partial<Pick<Crossing, 'endsTurn' | 'endsOperation'>> = {}) => {
    const life = lives.get(operationId) ?? { step: 'queued', counts: new Map<string, number>() }
    lives.set(operationId, life)
    const point = `${life.step} ${name}`
    const nth = (life.counts.get(`${side} ${point}`) ?? 0) + 1
    life.counts.set(`${side} ${point}`, nth)
    return onCross({ operationId, step: life.step, point, side, nth, endsTurn: false, endsOperation: false, ...ends })
  }
  const moveTo = (operationId: string, step: string) => {
    const life = lives.get(operationId)
    if (life) life.step = step
  }
  const announce = (name: string, wait: (...given: unknown[]) => unknown) => async (...given: unknown[]) => {
    const operationId = turns.getStore()?.operationId
    if (!operationId) return wait(...given)
    await cross(operationId, name, 'before')
    const answer = await wait(...given)
    await cross(operationId, name, 'after')
    return answer
  }
  const watch = <T extends object>(target: T, name: string): T => Object.fromEntries(Object.entries(target).map(([key, value]: [string, unknown]) =>
    // What hangs on a function (the description of a call) stays.
    [key, typeof value !== 'function' || UNWATCHED.has(key) ? value : Object.assign(announce(`${name}.${key}`, value as (...given: unknown[]) => unknown), value)])) as T

  const { store, client, health } = engine
  const begin = async (operationId: string): Promise<Claim> => {
    await cross(operationId, 'store.claim', 'before')
    const claim = await store.claim(operationId)
    await cross(operationId, 'store.claim', 'after', { endsTurn: claim.type !== 'claimed' })
    if (claim.type === 'claimed') moveTo(operationId, claim.standing.operation.step)
    return claim
  }
  const end = async (turn: Turn | undefined, move: Move): Promise<Standing> => {
    const { lease: { operationId }, transition } = move
    await cross(operationId, 'store.write', 'before')
    const standing = await store.write(move)
    if (!transition.goesOn && turn) turn.operationId = null
    await cross(operationId, 'store.write', 'after', { endsTurn: !transition.goesOn, endsOperation: !isActive(transition.state) || transition.state === 'needs_attention' })
    moveTo(operationId, transition.step)
    return standing
  }
  engine.store = {
    ...watch<Store>(store, 'store'),
    // Not asynchronous itself: only so does the caller go on in the turn that begins here.
    claim(operationId) {
      turns.enterWith({ operationId })
      return begin(operationId)
    },
    write: (move) => end(turns.getStore(), move),
  }
  engine.health = watch(health, 'health')
  engine.client = async () => {
    const real = await client()
    if (!real) return null
    const { servers, users, queue, packages, templates } = real
    return { servers: watch(servers, 'servers'), users: watch(users, 'users'), queue: watch(queue, 'queue'), packages: watch(packages, 'packages'), templates: watch(templates, 'templates') }
  }
}

export const describePlace = ({ point, side, nth }: Place) => `${side} ${point}${nth > 1 ? ` (${nth})` : ''}`
