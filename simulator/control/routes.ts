import { FAULT_KEYS, FAULT_KINDS, type FaultRule } from '../core/faults.ts'
import { TOKEN_KEYS, type Token } from '../core/tokens.ts'
import type { World } from '../core/world.ts'
import { empty, notFound, Refusal, type Answer } from '../http/answers.ts'
import { isRecord } from '../http/fields.ts'
import type { IncomingCall } from '../http/request.ts'
import type { Delivery } from '../http/webhooks.ts'
import { changeHypervisor, changeServer, makeServer } from './by-hand.ts'
import { fillPanel } from './fill.ts'
import { requireKnown } from './require-known.ts'
import { changeSettings } from './settings.ts'
import { stateView } from './view.ts'

export const CONTROL_BASE = '/__simulator'

const json = (body: unknown, status = 200): Answer => ({ status, body })
const refuse = (text: string) => new Refusal(422, { errors: [text] })

const isFrom = (least: number) => (value: unknown) => typeof value === 'number' && value >= least
const isCount = (value: unknown) => Number.isInteger(value) && isFrom(1)(value)
const COUNT = 'a whole number from 1'

/** What each value of a rule has to be: a rule that silently never fires looks like a panel that works. */
const FAULT_VALUES: Record<Exclude<keyof FaultRule, 'kind' | 'body'>, [fits: (value: unknown) => boolean, what: string]> = {
  operation: [value => typeof value === 'string', 'a method and a path, for example "POST /servers"'],
  nth: [isCount, COUNT],
  times: [isCount, COUNT],
  probability: [value => isFrom(0)(value) && Number(value) <= 1, 'a number from 0 to 1'],
  ms: [isFrom(0), 'a number of 0 or more'],
  status: [value => isCount(value) && Number(value) >= 200 && Number(value) <= 599, 'a status from 200 to 599'],
  headers: [value => isRecord(value) && Object.values(value).every(text => typeof text === 'string'), 'an object of texts'],
  afterEffect: [value => typeof value === 'boolean', 'true or false'],
}

function requireFitting(rule: Record<string, unknown>): void {
  for (const [key, [fits, what]] of Object.entries(FAULT_VALUES)) {
    if (rule[key] !== undefined && !fits(rule[key])) throw refuse(`${key} must be ${what}`)
  }
}

function addFaults(world: World, body: unknown): Answer {
  const rules = Array.isArray(body) ? body : [body]
  for (const rule of rules) {
    const isKnown = isRecord(rule) && FAULT_KINDS.some(kind => kind === rule.kind)
    if (!isKnown) throw refuse(`kind must be one of ${FAULT_KINDS.join(', ')}`)
    requireKnown(FAULT_KEYS, rule)
    requireFitting(rule)
  }
  const added = (rules as FaultRule[]).map(rule => world.faults.add(rule))

  return json(Array.isArray(body) ? added : added[0], 201)
}

function removeFaults(world: World, id: string): Answer {
  if (id === '') world.faults.clear()
  else if (!world.faults.remove(Number(id))) throw notFound('fault')

  return empty(204)
}

function changeClock(world: World, body: unknown): Answer {
  if (!isRecord(body)) throw refuse('clock must be an object')
  requireKnown(['mode', 'advanceMs', 'speed'], body)
  const { mode, advanceMs = 0, speed } = body
  if (typeof advanceMs !== 'number' || !(advanceMs >= 0)) throw refuse('advanceMs must be a number of 0 or more')
  if (speed !== undefined && !(typeof speed === 'number' && speed > 0)) throw refuse('speed must be a number over 0')
  if (mode === 'stop') world.clock.stop()
  else if (mode === 'run') world.clock.run()
  else if (mode !== undefined) throw refuse('mode must be run or stop')
  if (typeof speed === 'number') world.clock.setSpeed(speed)
  world.clock.advance(advanceMs)
  world.settle()

  return json(clockView(world))
}

const clockView = (world: World) => ({ ...world.clock.state(), now: new Date(world.clock.now()).toISOString() })

function addToken(world: World, body: unknown): Answer {
  if (!isRecord(body) || typeof body.name !== 'string' || typeof body.value !== 'string') throw refuse('name and value are needed')
  requireKnown(TOKEN_KEYS, body)
  const token: Token = {
    permissions: 'all', addresses: null, perMinute: null, expires: null, ...body, name: body.name, value: body.value,
  }
  world.tokens = [...world.tokens.filter(({ value }) => value !== token.value), token]

  return json(token, 201)
}

/** `after=N` gives the entries past a number, `last=N` at most the newest N. */
function filterEntries<Entry extends { number: number }>(entries: Entry[], query: URLSearchParams): Entry[] {
  const after = Number(query.get('after') ?? 0)
  const last = Number(query.get('last') ?? Infinity)
  const from = Math.max(entries.findIndex(({ number }) => number > after), 0)
  const isPast = (entries.at(-1)?.number ?? 0) <= after

  return isPast ? [] : entries.slice(Math.max(from, entries.length - last))
}

type Handler = (world: World, incoming: IncomingCall, rest: string, deliveries: Delivery[]) => Answer

const HANDLERS: Record<string, Handler> = {
  'POST faults': (world, { body }) => addFaults(world, body),
  'GET faults': world => json(world.faults.list()),
  'DELETE faults': (world, _incoming, rest) => removeFaults(world, rest),
  'GET state': world => json(stateView(world)),
  'GET ledger': (world, { query }) => json(filterEntries(world.ledger.entries, query)),
  'GET calls': (world, { query }) => json(filterEntries(world.ledger.calls, query)),
  'DELETE calls': (world) => {
    world.ledger.calls = []
    return empty(204)
  },
  'POST reset': (world) => {
    world.reset()
    return empty(204)
  },
  'GET clock': world => json(clockView(world)),
  'POST clock': (world, { body }) => changeClock(world, body),
  'GET settings': world => json(world.settings),
  'POST settings': (world, { body }) => json(changeSettings(world, body)),
  'GET webhooks': (_world, _incoming, _rest, deliveries) => json(deliveries),
  'GET tokens': world => json(world.tokens),
  'POST tokens': (world, { body }) => addToken(world, body),
  'POST snapshots': (world, _incoming, rest) => {
    world.snapshot(rest || 'default')
    return empty(204)
  },
  'POST restore': (world, _incoming, rest) => {
    if (!world.restoreSnapshot(rest || 'default')) throw notFound('snapshot')
    return empty(204)
  },
  'POST fill': (world, { body }) => json(fillPanel(world, body), 201),
  'POST servers': (world, { body }) => json(makeServer(world, body), 201),
  'PATCH servers': (world, { body }, rest) => json(changeServer(world, Number(rest), body)),
  'PATCH hypervisors': (world, { body }, rest) => json(changeHypervisor(world, Number(rest), body)),
}

/** A page of another site must not be able to switch faults on in a browser that can reach the simulator. */
const isForeign = ({ origin, host, method }: IncomingCall) =>
  method !== 'GET' && origin !== null && origin !== `http://${host}` && origin !== `https://${host}`

/** Answers the switches for tests and people, outside the API's base path. */
export function answerControl(world: World, incoming: IncomingCall, deliveries: Delivery[]): Answer {
  world.settle()
  if (isForeign(incoming)) return json({ errors: ['Requests from other origins are refused'] }, 403)

  const [section = '', rest = ''] = incoming.path.slice(CONTROL_BASE.length + 1).split('/')
  const handler = HANDLERS[`${incoming.method} ${section}`]
  if (!handler) return json({ errors: [`Known switches: ${Object.keys(HANDLERS).join(', ')}`] }, 404)
  try {
    return handler(world, incoming, rest, deliveries)
  }
  catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}
