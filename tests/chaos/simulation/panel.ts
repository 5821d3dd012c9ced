import { errorLink } from '../../../server/virtfusion/chain/error.ts'
import { TransportFailure, type Handler, type WireAnswer, type WireRequest } from '../../../server/virtfusion/chain/link.ts'
import { packagesResource } from '../../../server/virtfusion/resources/packages.ts'
import { queueResource } from '../../../server/virtfusion/resources/queue.ts'
import { serversResource } from '../../../server/virtfusion/resources/servers.ts'
import { templatesResource } from '../../../server/virtfusion/resources/templates.ts'
import { usersResource } from '../../../server/virtfusion/resources/users.ts'
import type { EngineClient } from '../../../server/engine/ports.ts'
import { createPanelModel, type PanelAnswer, type PanelModel } from '../../../simulator/in-process.ts'
import { createFastBind, forgetReadings, type WholeAnswer } from './bind.ts'
import type { Chance } from './random.ts'
import type { Faults, NetworkFault } from './faults.ts'
import type { VirtualTime } from './virtual-time.ts'
import type { Worker } from './worker.ts'

const HTML = '<!DOCTYPE html><html><head><title>Attention Required</title></head><body>A proxy speaks.</body></html>'

const points = new Map<string, string>()
/** The await of a call, by its operation. */
function pointOf(operation: string): string {
  const known = points.get(operation)
  if (known !== undefined) return known
  const point = `panel.${operation}`
  points.set(operation, point)
  return point
}

/** A client and where its calls go. */
interface Line { client: EngineClient, carry: Handler, time: VirtualTime | null }

/** Binding a hundred operations takes as long as some calls, so that the workers of the next life get the clients of those before. One life is lived at a time. */
const LINES: Line[] = []

const nowhere: Handler = () => Promise.reject(new Error('nobody is connected'))

function openLine(): Line {
  const now = () => line.time?.now ?? 0
  const clock = { now, sleep: async (ms: number) => line.time?.sleep(ms), random: () => 0.5 }
  const bind = createFastBind(errorLink(clock, [])((request) => line.carry(request)), now)
  const client: EngineClient = { servers: serversResource(bind), users: usersResource(bind), queue: queueResource(bind), packages: packagesResource(bind), templates: templatesResource(bind) }
  const line: Line = { client, carry: nowhere, time: null }
  return line
}

/** An answer as bytes. */
function wire(given: PanelAnswer): WireAnswer {
  return { status: given.status, text: given.body, contentType: given.contentType, location: null, retryAfter: given.headers['retry-after'] ?? null, date: new Date(given.date) }
}

/** The same with nothing lost on the way, so that it need not be written and read: its bytes are made when somebody looks at them. */
class Whole implements WholeAnswer {
  readonly status: number
  readonly location = null
  readonly date: Date
  readonly value: object | undefined
  private readonly given: PanelAnswer

  constructor(given: PanelAnswer) {
    this.given = given
    this.status = given.status
    this.date = new Date(given.date)
    this.value = given.value
  }

  get text(): string { return this.given.body }
  get contentType(): string | null { return this.given.contentType }
  get retryAfter(): string | null { return this.given.headers['retry-after'] ?? null }
}

/** What happened on the wire, for whoever checks it. */
/** How a panel's permission to find a user by our number is named. */
export const FINDING_USERS = 'GET /users/{ext}/byExtRelation'

export interface Passage { kind: 'handed' | 'sent' | 'arrived' | 'answered', request: WireRequest, worker: Worker, answer?: PanelAnswer }

/** A panel at which a create that has passed the check of its owner may take a while until it stands there. */
interface Lingering { chance: Chance, longestMs: number }

/** The simulator's model behind a network that loses, delays, mangles and repeats. The client is the real one, less its pace and its sockets. */
export class SimulatedPanel {
  readonly model: PanelModel
  /** Told of everything that passes. */
  watch: (passage: Passage) => void = () => {}
  /** The token may not find users: nobody can ask whose a number is. */
  readonly hidesUsers: boolean
  private readonly time: VirtualTime
  private readonly faults: Faults

  constructor(time: VirtualTime, faults: Faults, seed: number, options: { offsetMs: number, lingering?: Lingering | null, isPlain?: boolean, forbidden?: string[], settings?: Parameters<typeof createPanelModel>[0]['settings'] }) {
    this.time = time
    this.faults = faults
    this.offsetMs = options.offsetMs
    this.lingering = options.lingering ?? null
    this.isPlain = options.isPlain ?? false
    this.hidesUsers = options.forbidden?.includes(FINDING_USERS) === true
    this.model = createPanelModel({ seed, startAt: time.now + options.offsetMs, keepsAnswers: !this.isPlain, forbidden: options.forbidden ?? [], ...(options.settings ? { settings: options.settings } : {}) })
  }

  private readonly lingering: Lingering | null
  /** The panel's clock minus ours. */
  private readonly offsetMs: number
  /** Every answer goes as text and is read from it, as over a real wire. */
  private readonly isPlain: boolean

  /** The client of a worker. */
  connect(worker: Worker): EngineClient {
    const known = this.lines.get(worker)
    if (known) return known.client
    const line = LINES[this.lines.size] ?? openLine()
    LINES[this.lines.size] = line
    line.carry = (request) => this.carry(worker, request)
    line.time = this.time
    this.lines.set(worker, line)
    return line.client
  }

  private readonly lines = new Map<Worker, Line>()

  /** Lets go of the clients: nothing of this life is held by them any more. */
  disconnect(): void {
    for (const line of this.lines.values()) Object.assign(line, { carry: nowhere, time: null })
    forgetReadings()
  }

  /** Runs a request at the panel, now. */
  deliver(request: Pick<WireRequest, 'method' | 'path' | 'body' | 'requestId'>): PanelAnswer {
    this.advance()
    const { method, path, body, requestId } = request
    return this.model.call({ method, path, ...(body === undefined ? {} : { body }), requestId })
  }

  /** Runs a request at the panel: at once, or as a create that lingers between the check of its owner and its effect. */
  private land(request: WireRequest, { done, lose }: { done: (given: PanelAnswer) => void, lose: () => void }): void {
    const { lingering, time } = this
    const { users } = this.model.world.state
    const ownerId = request.operation === 'servers.create' && typeof request.body === 'object' && request.body !== null && 'userId' in request.body ? request.body.userId : null
    if (!lingering || typeof ownerId !== 'number' || !users.has(ownerId) || !lingering.chance.hits(0.2)) return done(this.deliver(request))
    // Whoever stands in between may have given up meanwhile.
    if (lingering.chance.hits(0.5)) lose()
    time.after(lingering.chance.between(1_000, lingering.longestMs), () => {
      const { readings } = this.model.world.settings
      readings.createForUnknownUser = 'accept' // the check lies behind it
      const given = this.deliver(request)
      readings.createForUnknownUser = 'refuse'
      done(given)
    })
  }

  /** The panel's clock. */
  clock(): number {
    return this.time.now + this.offsetMs
  }

  advance(): void {
    this.model.advance(this.time.now + this.offsetMs)
  }

  private carry: (worker: Worker, request: WireRequest) => Promise<WireAnswer> = (worker, request) => {
    const point = pointOf(request.operation)
    const fault = this.faults.network(point, request.kind === 'read', this.time.now)
    // A process that is killed or stopped in the middle of a call leaves the request on its way.
    const fate = this.faults.process(point, false)
    request.trace.attempts += 1
    this.watch({ kind: 'handed', request, worker })
    return new Promise((resolve, reject) => {
      const isConnected = fault !== 'refused' && fault !== 'dns'
      let isOver = false
      const end = (finish: () => void) => {
        if (isOver) return
        isOver = true
        stopDeadline()
        worker.later(fate === 'kill-after' ? 'kill-before' : fate === 'pause-after' ? 'pause-before' : null, 0, finish)
      }
      const fail = (code: string, status: number | null = null) => end(() => reject(new TransportFailure(code, { isConnected, status })))
      const answer = (given: WireAnswer) => end(() => {
        request.trace.lastAnswer = given
        resolve(given)
      })
      const stopDeadline = this.time.after(request.deadlineAt - this.time.now, () => fail('deadline'))
      worker.later(fate === 'kill-before' || fate === 'pause-before' ? fate : null, 0, () => {
        if (isOver) return
        // As the transport does once its connection stands: the process may have stood still until now.
        if (request.mayStillSend?.() === false) return end(() => reject(new TransportFailure('queue-timeout', { isConnected: false, status: null })))
        this.pass(worker, request, { fault, fail, answer })
      })
    })
  }

  /** Told of what is about to pass, in words. */
  trace: (line: string) => void = () => {}

  private pass(worker: Worker, request: WireRequest, { fault, fail, answer }: { fault: NetworkFault | null, fail: (code: string) => void, answer: (given: WireAnswer) => void }): void {
    const { faults, time } = this
    if (request.method !== 'GET') this.trace(`${worker.id} sends ${request.method} ${request.path} for ${request.requestId ?? 'nobody'}${fault ? `: ${fault}` : ''}`)
    const there = faults.latencyMs()
    const back = faults.latencyMs()
    if (fault === 'refused' || fault === 'dns') {
      time.after(there, () => fail(fault === 'dns' ? 'ENOTFOUND' : 'ECONNREFUSED'))
      return
    }
    this.watch({ kind: 'sent', request, worker })
    const arrive = (then: (given: PanelAnswer) => void, ms = there) => {
      time.after(ms, () => this.land(request, { lose: () => fail('ECONNRESET'), done: (given) => {
        if (request.method !== 'GET') this.trace(`${request.method} ${request.path} for ${request.requestId ?? 'nobody'} arrives: ${given.status}`)
        this.watch({ kind: 'arrived', request, worker, answer: given })
        then(given)
      } }))
    }
    const reply = (given: PanelAnswer, change?: Partial<WireAnswer>) => {
      time.after(back, () => {
        this.watch({ kind: 'answered', request, worker, answer: given })
        answer(change ? { ...wire(given), ...change } : this.isPlain ? wire(given) : new Whole(given))
      })
    }
    const refuse = (status: number, text: string, retryAfter: string | null = null) => {
      time.after(there + back, () => answer({ status, text, contentType: null, location: null, retryAfter, date: new Date(time.now + this.offsetMs) }))
    }
    const nothing = () => {}
    switch (fault) {
      case null: return arrive(reply)
      case 'slow': return arrive(reply, faults.draw().between(5_000, 120_000))
      case 'lost-before': return void time.after(there, () => fail('ECONNRESET'))
      case 'lost-after': return arrive(() => { time.after(back, () => fail('ECONNRESET')) })
      case 'hang-before': return
      case 'hang-after': return arrive(nothing)
      case 'late':
        arrive(nothing, faults.latenessMs())
        // The caller learns of it at once, or never.
        if (faults.draw().hits(0.5)) time.after(there, () => fail('ECONNRESET'))
        return
      case 'error-before': return refuse(faults.draw().pick([500, 502, 503, 504, 408]), faults.draw().pick(['{"message":"Server Error"}', HTML, '']))
      case 'error-after': return arrive((given) => reply(given, { status: faults.draw().pick([500, 502, 504]), text: faults.draw().pick(['{"message":"Server Error"}', HTML, '']) }))
      case 'html-before': return refuse(faults.draw().pick([200, 403, 404]), HTML)
      case 'html-after': return arrive((given) => reply(given, { status: faults.draw().pick([200, 201, 403, 422]), text: HTML }))
      case 'busy': return refuse(faults.draw().pick([423, 409]), '{"errors":["The server is locked by another task."]}')
      case 'rate-limited': return refuse(429, '{"message":"Too Many Attempts."}', faults.draw().pick([null, '3', '40']))
      case 'unauthorized': return refuse(401, '')
      // For a moment the panel does not find what it has.
      case 'absent': return refuse(404, '{"errors":["server not found"]}')
      case 'truncated': return arrive((given) => reply(given, { text: given.body.slice(0, Math.floor(given.body.length / 2)) }))
      case 'misshapen': return arrive((given) => reply(given, { text: '{"data":{"note":"something else"}}' }))
    }
  }
}

