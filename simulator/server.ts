import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerControl, CONTROL_BASE } from './control/routes.ts'
import { loadWorld, saveWorld } from './core/persistence.ts'
import { FULL } from './core/tokens.ts'
import { World } from './core/world.ts'
import { API_BASE, answerApi, runLateRequest } from './http/api.ts'
import { htmlPage, type Answer } from './http/answers.ts'
import { readRequest, type IncomingCall } from './http/request.ts'
import { send } from './http/send.ts'
import { sendWebhooks, type Delivery } from './http/webhooks.ts'
import { DEFAULT_TOKEN } from './options.ts'
import { logo, pageFile } from './page/files.ts'
import { apiRouter } from './resources/index.ts'
import { redeemSignIn } from './resources/sign-in.ts'

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  port?: number
  host?: string
  /** The token that may do everything. Default: that of the state file, else `sim-token-full`. */
  token?: string
  /** File that keeps the state across restarts. */
  stateFile?: string
  /** Divides the duration of builds, power actions and the like. Default: that of the state file, else 1. */
  speed?: number
  /** The same seed and the same calls give the same answers. A state file goes on with its own: its uuids must not be given twice. */
  seed?: number
  /** Simulated time to begin at, in ms; default now. */
  startAt?: number
  /** Begins with the clock stopped; it then moves only by `control.clock.advance`. */
  isStopped?: boolean
}

export interface Simulator {
  /** Origin without the API's base path, for example `http://127.0.0.1:4100`. */
  url: string
  port: number
  token: string
  /** The simulated panel itself: `state`, `ledger`, `faults`, `clock`, `settings`, `tokens`. */
  control: World
  /** The webhooks that were sent, oldest first. */
  deliveries: Delivery[]
  close(): Promise<void>
}

/** Changes of state need no timer, but nobody may ask while a webhook is waited for. */
const TICK_MS = 200

const logoName = /^\/img\/logo\/([\w.-]+)$/

function answerOther(world: World, incoming: IncomingCall): Answer {
  if (incoming.path.startsWith('/token_authenticate')) return redeemSignIn(world, incoming.query)
  // The console's path is a websocket; a plain request is refused as the real panel does.
  if (incoming.path.startsWith('/vnc/')) return htmlPage(405, 'Method Not Allowed')
  const icon = logoName.exec(incoming.path)?.[1]
  if (icon !== undefined) return logo(icon)

  return pageFile(incoming.path) ?? htmlPage(404, 'Not Found')
}

/** What was asked for at this start wins over what the state file says. */
function putOver(world: World, { token, speed }: SimulatorOptions) {
  if (speed !== undefined) world.settings = { ...world.settings, workSpeed: speed }
  if (token !== undefined) world.tokens = world.tokens.map(known => known.name === FULL ? { ...known, value: token } : known)
}

/** Starts a simulated control server; resolves when it listens. Rejects when the port is taken or the state file is broken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, seed = 1, startAt = Date.now(), isStopped = false, stateFile } = options
  const world = new World({ seed, token: options.token ?? DEFAULT_TOKEN, workSpeed: options.speed ?? 1, startAt })
  if (isStopped) world.clock.restore({ mode: 'stop', speed: 1, wall: 0, simulated: startAt })
  if (stateFile !== undefined && loadWorld(world, stateFile)) putOver(world, options)

  const deliveries = sendWebhooks(world)
  const tick = setInterval(() => {
    if (world.settings.webhook) world.settle()
  }, TICK_MS)
  tick.unref()
  world.onLateRequest = due => runLateRequest(world, apiRouter, due.data)
  let savedEntries = world.ledger.entries.length

  function saveWhenChanged() {
    if (stateFile === undefined || world.ledger.entries.length === savedEntries) return
    savedEntries = world.ledger.entries.length
    saveWorld(world, stateFile)
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const incoming = await readRequest(request)
    if (!incoming) return send({ response, answer: { status: 413 }, now: world.clock.now() })
    world.settle()
    if (incoming.path.startsWith(`${API_BASE}/`)) {
      return answerApi({ world, router: apiRouter, incoming, response, keep: saveWhenChanged })
    }
    const isControl = incoming.path.startsWith(`${CONTROL_BASE}/`)
    const other = isControl ? answerControl(world, incoming, deliveries) : answerOther(world, incoming)
    if (isControl && stateFile !== undefined && incoming.method !== 'GET') saveWorld(world, stateFile)

    return send({ response, answer: other, now: world.clock.now() })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return
      console.error(error)
      if (!response.headersSent) response.writeHead(500).end()
    })
  })
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    token: world.tokens.find(({ name }) => name === FULL)?.value ?? DEFAULT_TOKEN,
    control: world,
    deliveries,
    async close() {
      clearInterval(tick)
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      if (stateFile !== undefined) saveWorld(world, stateFile)
    },
  }
}
