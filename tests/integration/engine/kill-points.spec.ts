import { describe, expect, it, onTestFinished } from 'vitest'
import { isFinal } from '#shared/lifecycle/operations.ts'
import { hashEvent } from '../../../server/engine/event-chain.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import type { Operation, Prisma } from '../../../server/generated/prisma/client.ts'
import { describePlace, watchCrossings, type Crossing, type Place } from './kill-at.ts'
import { CHANGES, CREATES, type Ended, type Kind } from './kill-kinds.ts'
import { readHeld, startProcess } from './start-process.ts'
import { waitFor, type Stage } from './support.ts'

/** Operations that one process holds, each at a place of its own and by a worker of its own, when it is killed. A process has 50 workers at most. */
const VICTIMS = 34
/** Most of their time is waiting for leases to end. */
const AT_ONCE = 5

/**
 * Where an undisturbed operation of this kind waits: before everything, and after the last thing of each turn. After anything else is the
 * same as before the next.
 */
async function findPlaces(kind: Kind): Promise<Place[]> {
  const stage = await kind.open(1)
  const crossings: Crossing[] = []
  watchCrossings(engineOf(stage.services), (crossing) => { crossings.push(crossing) })
  const { id } = await kind.ask(stage)
  stage.startWorker()
  await stage.until(id, 'succeeded')
  await stage.close()
  return crossings
    .filter(({ side, endsTurn, step }) => (side === 'before' || endsTurn) && (!kind.steps || kind.steps.includes(step)))
    // How often something is looked at depends on how slow everything is; the third time is like the second.
    .filter(({ nth }) => nth <= 2)
    .map(({ point, side, nth }) => ({ point, side, nth }))
}

/** A turn that begins at a later step is another look at what was not done yet, and a slow machine may find it done at the first. */
const isSecondLook = ({ point, nth }: Place) => nth > 1 || (point.endsWith(' store.claim') && !point.startsWith('queued '))

interface Asked { place: Place, id: string }

/** Holds one operation at each place in one process, kills it with -9, and lets another go on. Resolves to what is wrong. */
async function killAt(kind: Kind, places: readonly Place[]): Promise<string[]> {
  const stage = await kind.open(places.length)
  const asked = await Promise.all(places.map(async (place) => ({ place, id: (await kind.ask(stage)).id })))
  const held = await killHolding(stage, asked)

  stage.startWorker()
  await waitFor(`the end of each ${kind.name}`, async () => {
    const open = await stage.services.db.operation.findMany({ where: { state: { in: ['queued', 'running', 'waiting'] } }, orderBy: { id: 'asc' }, select: { state: true, step: true, diagnosis: true } })
    return { value: open.length === 0 || null, seen: open.map(({ state, step, diagnosis }) => `${state} at ${step} ${JSON.stringify(diagnosis)}`).join('; ') }
  })
  const wrong = await Promise.all(asked.map(async ({ place, id }) => {
    const ended = await readEnded(stage, id)
    const faults = [
      ...(kind.isRight(ended) ? [] : [tell(ended)]),
      ...(await isWhole(stage, ended.operation) ? [] : ['its timeline or its attempts have a gap']),
      ...(held.has(id) || isSecondLook(place) ? [] : ['it was never there']),
    ]
    return faults.map((fault) => `${kind.name}, killed ${describePlace(place)}: ${fault}`)
  }))
  await stage.close()
  return wrong.flat()
}

/** Resolves, once the process is dead, to the operations that stood at their place. A second look may not have been needed. */
async function killHolding({ services }: Stage, asked: readonly Asked[]): Promise<Set<string>> {
  const victim = startProcess(services, { LOG_LEVEL: 'silent', WORKER_CONCURRENCY: String(asked.length), HIT_AT: JSON.stringify(Object.fromEntries(asked.map(({ place, id }) => [id, place]))) })
  onTestFinished(async () => { await victim.end() })
  const held = await waitFor('each operation at its place', async () => {
    const { held, passed } = readHeld(victim)
    const missing = asked.filter(({ id }) => !held.has(id) && !passed.has(id))
    return { value: missing.length === 0 ? held : null, seen: `none yet ${missing.map(({ place }) => describePlace(place)).join(', ')}` }
  })
  await victim.end()
  return held
}

async function readEnded({ services: { db }, simulator: { control } }: Stage, id: string): Promise<Ended> {
  const { server, ...operation } = await db.operation.findUniqueOrThrow({ where: { id }, include: { server: { include: { plan: true } } } })
  const users = await db.escrowUser.findMany({ where: { operationId: id } })
  const owners = new Set([(server.plan.features as { virtfusion_user_id: number }).virtfusion_user_id, ...users.map(({ virtfusionUserId }) => virtfusionUserId)])
  const { entries } = control.ledger
  const made = operation.kind === 'create' ? entries.filter(({ effect, ids }) => effect === 'server.created' && owners.has(ids['userId'] ?? 0)).map(({ uuid }) => uuid) : [server.virtfusionUuid]
  const effects: Record<string, number> = {}
  for (const { effect, uuid } of entries) if (uuid !== null && made.includes(uuid)) effects[effect] = (effects[effect] ?? 0) + 1
  const remote = server.virtfusionServerId === null ? undefined : control.state.servers.get(server.virtfusionServerId)
  return { operation, server, remote: remote?.uuid === server.virtfusionUuid ? remote : null, effects }
}

/** Each line of the timeline follows the one before it up to the last, and of an operation that is over each attempt has an end. */
async function isWhole({ services: { db } }: Stage, { id, state, eventHash }: Operation): Promise<boolean> {
  const events = await db.operationEvent.findMany({ where: { operationId: id } })
  const following = new Map(events.map((event) => [event.previousHash, event]))
  let last: string | null = null
  for (const _ of events) {
    const event = following.get(last)
    if (!event || event.hash !== hashEvent(last, { ...event, params: event.params as Prisma.InputJsonObject })) return false
    last = event.hash
  }
  return last === eventHash && (!isFinal(state) || await db.provisioningLog.count({ where: { operationId: id, method: { not: 'GET' }, completedAt: null } }) === 0)
}

const tell = ({ operation: { state, step, diagnosis }, server: { lifecycle, virtfusionServerId, suspendedAt }, remote, effects }: Ended) =>
  JSON.stringify({ state, step, diagnosis, lifecycle, virtfusionServerId, suspendedAt, isAtPanel: remote !== null, effects })

describe.each([
  { of: 'change', kinds: CHANGES },
  { of: 'create', kinds: CREATES },
])('kill -9 at every point where a $of waits for something', ({ kinds }) => {
  it('leads to one effect and no second, or to a person with the reason, whoever goes on', { timeout: 480_000 }, async () => {
    const wrong: string[] = []
    const counts: string[] = []
    const work: (() => Promise<void>)[] = kinds.map((kind) => async () => {
      const places = await findPlaces(kind)
      counts.push(`${kind.name} ${places.length}`)
      for (let from = 0; from < places.length; from += VICTIMS) work.push(async () => { wrong.push(...await killAt(kind, places.slice(from, from + VICTIMS))) })
    })
    const takeTurns = async () => { for (let next = work.shift(); next; next = work.shift()) await next() }
    await Promise.all(Array.from({ length: AT_ONCE }, takeTurns))
    process.stdout.write(`killed at: ${counts.join(', ')}\n`)
    expect(wrong).toEqual([])
    expect(counts).toHaveLength(kinds.length)
  })
})
