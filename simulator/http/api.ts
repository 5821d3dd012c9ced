import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { StoredFault } from '../core/faults.ts'
import type { CallEntry } from '../core/ledger.ts'
import { PANEL_VERSIONS } from '../core/settings.ts'
import type { World } from '../core/world.ts'
import { htmlPage, Refusal, type Answer } from './answers.ts'
import { authorize } from './authorize.ts'
import { Call } from './call.ts'
import type { IncomingCall } from './request.ts'
import type { Match, Route, Router } from './router.ts'
import { send, type Mangling } from './send.ts'

export const API_BASE = '/api/v1'

const UNKNOWN_ROUTE: Answer = { status: 404, body: { message: 'The route could not be found.' } }

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

function inVersion(world: World, { since, until }: Route) {
  const rank = (version: string) => PANEL_VERSIONS.findIndex(known => known === version)
  const current = rank(world.settings.version)

  return (since === undefined || current >= rank(since)) && (until === undefined || current < rank(until))
}

function find(world: World, router: Router, method: string, path: string): Match | Answer {
  const found = router.find(method, path)
  if (found === 'wrong-method') return { status: 405, body: { message: `The ${method} method is not supported for this route.` } }

  return found && inVersion(world, found.route) ? found : UNKNOWN_ROUTE
}

const isMatch = (found: Match | Answer): found is Match => 'route' in found
const operationOf = ({ route }: Match) => `${route.method} ${route.path}`

interface RunInput {
  world: World
  incoming: IncomingCall
  match: Match
  path: string
  entry: CallEntry | null
  taskFailure: string | null
}

/** Checks the token and runs the operation: the effect, apart from anything that happens on the wire. */
function run({ world, incoming, match, path, entry, taskFailure }: RunInput): Answer {
  const operation = operationOf(match)
  const authorization = authorize(world, incoming, operation)
  if (entry) entry.token = authorization.token?.name ?? null
  if (authorization.refusal) return authorization.refusal
  if (!incoming.isJson) return { status: 422, body: { errors: ['The request body is not valid JSON.'] } }

  if (incoming.method !== 'GET') world.touch()
  try {
    const answer = match.route.handle(new Call({
      world,
      operation,
      path,
      params: match.params,
      query: incoming.query,
      body: incoming.body,
      requestId: incoming.requestId,
      tokenName: authorization.token.name,
      callNumber: entry?.number ?? null,
      origin: `http://${incoming.host}`,
      taskFailure,
    }))

    return { ...answer, headers: { ...authorization.headers, ...answer.headers } }
  }
  catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
  finally {
    if (incoming.method !== 'GET') world.touch()
  }
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
  const match = find(world, router, incoming.method, path)
  const operation = isMatch(match) ? operationOf(match) : `${incoming.method} (unknown)`
  const entry = world.ledger.addCall({
    at: new Date(world.now()).toISOString(), operation, path, requestId: incoming.requestId, token: null, status: null,
    ended: 'answered', fault: null,
  })

  const faults = world.faults.take(operation, path)
  const has = (kind: string) => faults.find(fault => fault.kind === kind)
  if (faults.length > 0) entry.fault = faults.map(({ kind }) => kind).join(', ')
  for (const fault of faults) {
    if (fault.kind === 'latency') await wait(fault.ms ?? 1000)
  }
  world.settle()

  const hang = has('hang')
  const replaced = has('status') ?? has('html')
  const late = has('late')
  if (late) postpone(world, incoming, path, late.ms ?? 60_000)
  if (late || has('drop-before-effect')) {
    entry.ended = 'dropped'
    response.destroy()
    return
  }

  let answer: Answer | null = null
  const isCut = (hang && !hang.afterEffect) || (replaced && !replaced.afterEffect)
  if (!isCut) {
    const failing = has('task-failure')
    const taskFailure = failing ? (typeof failing.body === 'string' ? failing.body : 'The task failed') : null
    const once = () => isMatch(match) ? run({ world, incoming, match, path, entry, taskFailure }) : match
    answer = once()
    if (has('duplicate')) once()
  }
  keep()

  if (hang) {
    // The socket stays open and silent until the caller gives up.
    entry.ended = 'hung'
    return
  }
  if (has('drop-after-effect')) {
    entry.ended = 'dropped'
    response.destroy()
    return
  }

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
  const match = find(world, router, replay.method, replay.path)
  if (!isMatch(match)) return

  const incoming: IncomingCall = {
    ...replay, query: new URLSearchParams(replay.query), body: replay.body ?? undefined, isJson: true, origin: null,
  }
  const entry = world.ledger.addCall({
    at: new Date(world.now()).toISOString(), operation: operationOf(match), path: replay.path, requestId: replay.requestId, token: null,
    status: null, ended: 'dropped', fault: 'arrived late',
  })
  entry.status = run({ world, incoming, match, path: replay.path, entry, taskFailure: null }).status
}
