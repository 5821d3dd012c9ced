// `npm run bench:recovery [-- --runs 40 --lanes 4]`: how long customers wait after something broke, with real processes, a real PostgreSQL and the simulator over HTTP.
//   from the restart of a killed process to the next step of its order, and from the panel's return to an order whose answer was lost being bound
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { askOperation } from '../server/domains/operations/ask-operation.ts'
import type { Services } from '../server/context.ts'
import type { Operation } from '../server/generated/prisma/client.ts'
import { startSimulator, type Simulator } from '../simulator/server.ts'
import { spawnWorker, type WorkerProcess } from '../tests/integration/engine/spawn-worker.ts'
import { openBenchDatabase, openServices } from './support/open-services.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '40' }, lanes: { type: 'string', default: '4' } } })
const runs = Number(values.runs)
/** The panel was away for so long, in ms. */
const OUTAGES = [2_000, 10_000, 30_000, 90_000]
/** A call that was killed before it left is looked for no longer than this. */
const SHORT_SEARCH = { ENGINE_SETTLE_SECONDS: '15' }
const SHARES = [0.5, 0.9, 0.99, 1]

interface Lane { services: Services, url: string, simulator: Simulator, order(): Promise<Operation>, start(env?: Record<string, string>): WorkerProcess, close(): Promise<void> }

const running = new Set<WorkerProcess>()
const database = await openBenchDatabase()
const [killed, returned]: [number[], number[]] = [[], []]
try {
  const waiting = Array.from({ length: runs }, (_, run) => run)
  await Promise.all(Array.from({ length: Number(values.lanes) }, async (_, number) => {
    const lane = await openLane(number)
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const toStep = await killAndRestart(lane, run)
      if (toStep !== null) killed.push(toStep)
      returned.push(await loseAnswerAndPanel(lane, OUTAGES[run % OUTAGES.length] ?? 0))
    }
    await lane.close()
  }))
}
finally {
  await Promise.all([...running].map((worker) => worker.end()))
  await database.close()
}
say('from the restart to the next step', killed)
say('from the panel\'s return to bound ', returned)

function say(what: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b)
  const at = SHARES.map((share) => `p${share * 100} ${((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1000).toFixed(1)} s`)
  process.stdout.write(`${what}  ${at.join('  ')}  over ${sorted.length} runs\n`)
}

async function openLane(number: number): Promise<Lane> {
  const url = await cloneDatabase(number)
  const simulator = await startSimulator({ speed: 5 })
  simulator.control.faults.add({ operation: '*', kind: 'latency', ms: 50 })
  for (const machine of simulator.control.state.hypervisors.values()) Object.assign(machine, { maxMemory: 1e9, maxCores: 1e9, maxStorage: 1e9 })
  const { services, close } = await openServices(url, { url: simulator.url, token: simulator.token })
  const { db } = services
  const customer = await db.user.create({ data: { email: 'bench@example.com', name: 'Bench', role: 'customer' } })
  const plan = await db.plan.create({ data: { name: 'Bench', features: { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1 } } })
  let count = 0
  return {
    services, url, simulator,
    order: () => db.$transaction(async (tx) => {
      const server = await tx.server.create({ data: { reference: `vps-${count++}`, customerId: customer.id, planId: plan.id, name: 'bench', operatingSystemId: 1 } })
      return (await askOperation(tx, services, { serverId: server.id, kind: 'create', input: { operatingSystemId: 1 }, idempotencyKey: null })).operation
    }),
    start(own = {}) {
      const worker = spawnWorker({ url, env: services.env }, { LOG_LEVEL: 'silent', ...own })
      running.add(worker)
      return worker
    },
    async close() {
      await close()
      await simulator.close()
    },
  }
}

async function cloneDatabase(number: number): Promise<string> {
  const url = new URL(database.url)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  // One at a time: PostgreSQL copies no database that another copy is made of.
  await client.query('select pg_advisory_lock(1)')
  await client.query(`create database lane_${number} template bench`)
  await client.end()
  url.pathname = `/lane_${number}`
  return url.href
}

/**
 * From the start of the second process, or from the moment at which the order was due anyway if that comes later, until it has the order;
 * null when the order was done before the kill.
 */
async function killAndRestart(lane: Lane, run: number): Promise<number | null> {
  const { db } = lane.services
  const read = async (id: string) => db.operation.findUniqueOrThrow({ where: { id }, select: { state: true, leaseToken: true, nextAttemptAt: true } })
  const first = lane.start(SHORT_SEARCH)
  const { id } = await lane.order()
  await until(async () => (await read(id)).leaseToken > 0n)
  await sleep(run * 37 % 1_500)
  await first.end()
  const before = await read(id)
  const startedAt = Date.now()
  const second = lane.start(SHORT_SEARCH)
  if (before.state !== 'succeeded') await until(async () => (await read(id)).leaseToken > before.leaseToken)
  const ms = Date.now() - Math.max(startedAt, before.nextAttemptAt?.getTime() ?? 0)
  await until(async () => ['succeeded', 'needs_attention'].includes((await read(id)).state))
  await abandonLost(lane, id)
  await second.end('SIGTERM')
  return before.state === 'succeeded' ? null : ms
}

/** From the panel's return to the bound row, after an order's answer was lost and the panel went away. */
async function loseAnswerAndPanel(lane: Lane, outageMs: number): Promise<number> {
  const { services: { db }, simulator: { control: { faults, ledger } } } = lane
  const created = () => ledger.entries.filter(({ effect }) => effect === 'server.created').length
  const before = created()
  faults.add({ operation: 'POST /servers', kind: 'drop-after-effect', times: 1 })
  const worker = lane.start()
  const { id, serverId } = await lane.order()
  await until(async () => created() > before)
  const away = faults.add({ operation: '*', kind: 'drop-before-effect' })
  await sleep(outageMs)
  faults.remove(away.id)
  const backAt = performance.now()
  await until(async () => (await db.server.findUniqueOrThrow({ where: { id: serverId }, select: { virtfusionServerId: true } })).virtfusionServerId !== null)
  const ms = performance.now() - backAt
  await until(async () => (await db.operation.findUniqueOrThrow({ where: { id }, select: { state: true } })).state === 'succeeded')
  await worker.end('SIGTERM')
  return ms
}

/** Killed between the intent and its send, an order waits for a person, and with it the owner: it is no part of what is measured next. */
async function abandonLost({ services: { db } }: Lane, id: string): Promise<void> {
  await db.operation.updateMany({ where: { id, state: 'needs_attention' }, data: { state: 'cancelled', ownerLock: null, finishedAt: new Date() } })
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 300_000; !await isSo();) {
    if (performance.now() > deadline) throw new Error('Waited in vain for five minutes.')
    await sleep(20)
  }
}
