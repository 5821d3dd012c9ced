import { fillPanel, type Filled, type FillWish } from './control/fill.ts'
import { changeSettings, type SettingsChange } from './control/settings.ts'
import type { Token } from './core/tokens.ts'
import { World } from './core/world.ts'
import type { Answer } from './http/answers.ts'
import { encodeAnswer, type EncodedAnswer } from './http/encode.ts'
import { parseBody, type IncomingCall } from './http/request.ts'
import { arrive, run } from './http/run.ts'
import { allOperations, apiRouter } from './resources/index.ts'
import { DEFAULT_TOKEN } from './options.ts'

export interface PanelModelOptions {
  /** The same seed and the same calls give the same bytes. Default 1. */
  seed?: number
  /** Simulated time to begin at, in ms. */
  startAt: number
  /** The token that calls use unless they name another. */
  token?: string
  /** What that token may do; default all. */
  permissions?: Token['permissions']
  /** Operations that it may not do, such as `POST /users`, beside everything that it may. */
  forbidden?: string[]
  /** Divides the duration of builds, power actions and the like. */
  speed?: number
  settings?: SettingsChange
  /** See `World.keepsAnswers`. Default false. */
  keepsAnswers?: boolean
}

export interface PanelRequest {
  method: string
  /** Without `/api/v1`, with its query: `/servers/101?remoteState=true`. */
  path: string
  /**
   * A JSON value, which the ledger keeps as it is: it must not change afterwards. A text is read as the JSON text of a body, as it
   * would arrive over the wire.
   */
  body?: unknown
  /** Null: none at all. Default: the model's. */
  token?: string | null
  requestId?: string | null
  /** Where the call comes from, for tokens that are bound to addresses. */
  address?: string
  /** The queue work that this call starts fails later, with this text. */
  taskFailure?: string | null
}

export interface PanelAnswer {
  status: number
  /** To the byte what HTTP would send; empty when there is no body. Written when it is asked for. */
  body: string
  /** The value that the body is the JSON text of, for callers that need not read it from there; undefined when it is empty or no object. It must not be changed. */
  value: object | undefined
  contentType: string | null
  /** Names in lower case. */
  headers: Record<string, string>
  /** The time of the `Date` header in ms: the panel's clock, in whole seconds. */
  date: number
  /** Number of the call in `world.ledger.calls`; the effects that it had carry the same. */
  call: number
}

/** An answer that is written out when somebody wants its bytes: most callers in virtual time only want its value. */
class ModelAnswer implements PanelAnswer {
  readonly status: number
  readonly value: object | undefined
  readonly date: number
  readonly call: number
  private readonly answer: Answer
  private readonly now: number
  private encoded: EncodedAnswer | undefined

  constructor(answer: Answer, now: number, call: number) {
    this.status = answer.status
    this.value = typeof answer.body === 'object' && answer.body !== null ? answer.body : undefined
    this.date = Math.floor(now / 1000) * 1000
    this.call = call
    this.answer = answer
    this.now = now
  }

  get body(): string {
    return this.encode().text
  }

  get headers(): Record<string, string> {
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(this.encode().headers)) headers[name.toLowerCase()] = value
    return headers
  }

  get contentType(): string | null {
    return this.headers['content-type'] ?? null
  }

  private encode(): EncodedAnswer {
    this.encoded ??= encodeAnswer(this.answer, this.now)
    return this.encoded
  }
}

export interface PanelModel {
  world: World
  token: string
  /** Applies what is due by now, then runs one request, whole and at once. Faults of the wire are the caller's business. */
  call(request: PanelRequest): PanelAnswer
  /** Puts the clock to `toMs` and applies everything that is due until then. Throws a RangeError when that lies in the past. */
  advance(toMs: number): void
  fill(wish: FillWish): Filled
}

const NO_QUERY = new URLSearchParams()
const HOST = 'panel.example'

/** A panel in this process and in virtual time: no socket, no timer, no clock but the one that the caller moves. */
export function createPanelModel(options: PanelModelOptions): PanelModel {
  const { seed = 1, startAt, token = DEFAULT_TOKEN, permissions = 'all', forbidden = [], speed = 1, settings, keepsAnswers = false } = options
  const world = new World({ seed, token, workSpeed: speed, startAt, wallNow: () => 0 })
  world.clock.stop()
  world.keepsAnswers = keepsAnswers
  if (permissions !== 'all' || forbidden.length > 0) {
    const unknown = forbidden.find(operation => !allOperations.includes(operation))
    if (unknown !== undefined) throw new RangeError(`${unknown} is no operation of the API`)
    const granted = permissions === 'all' ? allOperations : permissions
    const narrowed = granted.filter(operation => !forbidden.includes(operation))
    world.tokens = world.tokens.map(known => known.value === token ? { ...known, permissions: narrowed } : known)
  }
  if (settings) changeSettings(world, settings)

  function incomingOf(request: PanelRequest): IncomingCall {
    const { path, body } = request
    const mark = path.indexOf('?')
    const value = request.token === undefined ? token : request.token

    return {
      method: request.method,
      path: mark < 0 ? path : path.slice(0, mark),
      query: mark < 0 ? NO_QUERY : new URLSearchParams(path.slice(mark + 1)),
      ...(typeof body === 'string' ? parseBody(body) : { body, isJson: true }),
      authorization: value === null ? null : `Bearer ${value}`,
      requestId: request.requestId ?? null,
      address: request.address ?? '127.0.0.1',
      host: HOST,
      origin: null,
    }
  }

  return {
    world,
    token,
    call(request) {
      world.settle()
      const incoming = incomingOf(request)
      const arrival = arrive(world, apiRouter, incoming, incoming.path)
      const now = world.now()
      const answer = run(arrival, request.taskFailure ?? null)
      arrival.entry.status = answer.status

      return new ModelAnswer(answer, now, arrival.entry.number)
    },
    advance(toMs) {
      if (toMs < world.clock.now()) throw new RangeError('The clock of a panel goes forwards; only world.clock.set turns it back')
      world.clock.set(toMs)
      world.settle()
    },
    fill: wish => fillPanel(world, wish),
  }
}
