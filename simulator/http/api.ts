import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { FaultRule, StoredFault } from '../core/faults.ts'
import type { World } from '../core/world.ts'
import { htmlPage, type Answer } from './answers.ts'
import type { IncomingCall } from './request.ts'
import type { Router } from './router.ts'
import { arrive, run, UNKNOWN_ROUTE, type Arrival } from './run.ts'
import { send, type Mangling } from './send.ts'

export const API_BASE = '/api/v1'

/** What a late request needs to run again later; plain data, so that it survives a restart. */
interface Replay {
  method: string
  path: string
  query: string
  body: unknown
  authorization: string | null
  requestId: string | null
  address: string
  host: string
}

function statusFault(fault: StoredFault): Answer {
  const status = fault.status ?? (fault.kind === 'html' ? 200 : 500)
  if (fault.kind === 'html') return { ...htmlPage(status, 'Something is in front of the panel'), ...(fault.headers && { headers: { 'Content-Type': 'text/html', ...fault.headers } }) }

  const isText = typeof fault.body === 'string'

  return { status, body: fault.body, headers: { ...(isText && { 'Content-Type': 'text/html; charset=UTF-8' }), ...fault.headers } }
}

const MANGLINGS: Record<string, Mangling> = { 'truncate': 'truncate', 'wrong-length': 'wrong-length', 'drip': 'drip' }

function postpone(world: World, incoming: IncomingCall, path: string, ms: number) {
  const replay: Replay = {
    method: incoming.method, path, query: incoming.query.toString(), body: incoming.body ?? null, authorization: incoming.authorization,
    requestId: incoming.requestId, address: incoming.address, host: incoming.host,
  }
  world.schedule({ at: world.now() + ms, kind: 'late-request', serverId: 0, queueId: null, cause: null, data: { replay } })
}

interface ApiInput {
  world: World
  router: Router
  incoming: IncomingCall
  response: ServerResponse
  /** Called when the effect stands and before the caller can know of it. */
  keep: () => void
}

/** Answers one call below the API's base path, with the faults that fire for it. */
export async function answerApi({ world, router, incoming, response, keep }: ApiInput) {
  const path = incoming.path.slice(API_BASE.length)
  const arrival = arrive(world, router, incoming, path)
  const faults = world.faults.take(arrival.operation, path, incoming.query.toString())
  if (faults.length > 0) arrival.entry.fault = faults.map(({ kind }) => kind).join(', ')
  for (const fault of faults) {
    if (fault.kind === 'latency') await wait(fault.ms ?? 1000)
  }
  world.settle()

  const late = ofKind(faults, 'late')
  if (late) postpone(world, incoming, path, late.ms ?? 60_000)
  if (late || ofKind(faults, 'drop-before-effect')) return drop(arrival, response)

  const answer = takeEffect(arrival, faults)
  keep()

  if (ofKind(faults, 'hang')) {
    // The socket stays open and silent until the caller gives up.
    arrival.entry.ended = 'hung'
    return
  }
  if (ofKind(faults, 'drop-after-effect')) return drop(arrival, response)

  await deliver({ world, arrival, faults, answer, response })
}

const ofKind = (faults: StoredFault[], kind: FaultRule['kind']) => faults.find(fault => fault.kind === kind)
const replacement = (faults: StoredFault[]) => ofKind(faults, 'status') ?? ofKind(faults, 'html')

function drop({ entry }: Arrival, response: ServerResponse) {
  entry.ended = 'dropped'
  response.destroy()
}

/** Runs the call, as often as it arrives; null where a fault keeps it from taking effect. */
function takeEffect(arrival: Arrival, faults: StoredFault[]): Answer | null {
  const [hang, replaced] = [ofKind(faults, 'hang'), replacement(faults)]
  if ((hang && !hang.afterEffect) || (replaced && !replaced.afterEffect)) return null

  const failing = ofKind(faults, 'task-failure')
  const taskFailure = failing ? (typeof failing.body === 'string' ? failing.body : 'The task failed') : null
  const answer = run(arrival, taskFailure)
  if (ofKind(faults, 'duplicate')) run(arrival, taskFailure)

  return answer
}

interface Delivery {
  world: World
  arrival: Arrival
  faults: StoredFault[]
  answer: Answer | null
  response: ServerResponse
}

/** Sends the answer, or what a fault puts in its place, whole or mangled. */
async function deliver({ world, arrival: { entry }, faults, answer, response }: Delivery) {
  const replaced = replacement(faults)
  const final = replaced ? statusFault(replaced) : answer ?? UNKNOWN_ROUTE
  const damaging = faults.find(({ kind }) => kind in MANGLINGS)
  const mangling = damaging ? MANGLINGS[damaging.kind] ?? 'none' : 'none'
  entry.status = final.status
  if (mangling !== 'none') entry.ended = 'truncated'
  await send({ response, answer: final, now: world.now(), mangling, ...(damaging?.ms !== undefined && { dripMs: damaging.ms }) })
}

/** Runs a request that a `late` fault held back; nobody is there to hear the answer. */
export function runLateRequest(world: World, router: Router, data: Record<string, unknown>) {
  // Only `postpone` writes this kind.
  const replay = data.replay as Replay
  const incoming: IncomingCall = {
    ...replay, query: new URLSearchParams(replay.query), body: replay.body ?? undefined, isJson: true, origin: null,
  }
  const arrival = arrive(world, router, incoming, replay.path)
  Object.assign(arrival.entry, { ended: 'dropped', fault: 'arrived late' })
  arrival.entry.status = run(arrival, null).status
}
