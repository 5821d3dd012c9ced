import type { CallEntry } from '../core/ledger.ts'
import { isoDate } from '../core/dates.ts'
import { PANEL_VERSIONS } from '../core/settings.ts'
import type { World } from '../core/world.ts'
import { Refusal, type Answer } from './answers.ts'
import { authorize } from './authorize.ts'
import { Call } from './call.ts'
import type { IncomingCall } from './request.ts'
import type { Match, Route, Router } from './router.ts'

export const UNKNOWN_ROUTE: Answer = { status: 404, body: { message: 'The route could not be found.' } }

/** A call that reached the panel, before anything is done for it. */
export interface Arrival {
  world: World
  incoming: IncomingCall
  /** Without the API's base path. */
  path: string
  /** For example `POST /servers/{id}/suspend`. */
  operation: string
  /** What it names, or how the panel refuses it. */
  match: Match | Answer
  /** Its row in the call list. */
  entry: CallEntry
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

/** Finds what a call names and writes it into the call list. */
export function arrive(world: World, router: Router, incoming: IncomingCall, path: string): Arrival {
  const match = find(world, router, incoming.method, path)
  const operation = isMatch(match) ? `${incoming.method} ${match.route.path}` : `${incoming.method} (unknown)`
  const entry = world.ledger.addCall({
    at: isoDate(world.now()), operation, path, requestId: incoming.requestId, token: null, status: null, ended: 'answered', fault: null,
  })

  return { world, incoming, path, operation, match, entry }
}

/**
 * Checks the token and runs the operation: the effect, apart from anything that happens on the wire. Queue work that it starts fails
 * with the text `taskFailure`, unless that is null.
 */
export function run({ world, incoming, path, operation, match, entry }: Arrival, taskFailure: string | null): Answer {
  if (!isMatch(match)) return match
  const authorization = authorize(world, incoming, operation)
  entry.token = authorization.token?.name ?? null
  if (authorization.refusal) return authorization.refusal
  if (!incoming.isJson) return { status: 422, body: { errors: ['The request body is not valid JSON.'] } }
  if (incoming.method !== 'GET') world.forgetAnswers()

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
      callNumber: entry.number,
      origin: `http://${incoming.host}`,
      taskFailure,
    }))

    return { ...answer, headers: { ...authorization.headers, ...answer.headers } }
  }
  catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}
