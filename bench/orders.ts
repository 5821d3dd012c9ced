// `npm run bench:orders [-- --orders 1000 --pace 20]`: many orders at once against a panel that answers after 50 ms, at the client's own pace or another.
// Prints orders a minute, statements and processor time per order, and what of it the calls alone take in a bare loop by the same client. The simulated
// panel runs in a process of its own.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import type { Services } from '../server/context.ts'
import { askOperation } from '../server/domains/operations/ask-operation.ts'
import { startWorker } from '../server/engine/worker.ts'
import { createVirtFusionClient, type VirtFusionClient } from '../server/virtfusion/client.ts'
import { startSimulator } from '../simulator/server.ts'
import { openBenchDatabase, openServices } from './support/open-services.ts'

const ANSWER_MS = 50
const OWNERS = 40
const FIRST_OWNER = 3

const { values } = parseArgs({ options: { orders: { type: 'string', default: '1000' }, pace: { type: 'string', default: '20' }, panel: { type: 'boolean', default: false } } })
const count = Number(values.orders)
if (values.panel) await runPanel()
else await measure()

async function runPanel(): Promise<void> {
  const simulator = await startSimulator({ speed: 1_000 })
  const api = `${simulator.url}/api/v1`
  const headers = { 'authorization': `Bearer ${simulator.token}`, 'content-type': 'application/json' }
  for (let index = 0; index < OWNERS; index++) await fetch(`${api}/users`, { method: 'POST', headers, body: JSON.stringify({ name: `Owner ${index}`, email: `owner${index}@example.com`, extRelationId: 1000 + index }) })
  for (const machine of simulator.control.state.hypervisors.values()) Object.assign(machine, { maxMemory: 1e9, maxCores: 1e9, maxStorage: 1e9 })
  simulator.control.faults.add({ operation: '*', kind: 'latency', ms: ANSWER_MS })
  process.send?.({ url: simulator.url, token: simulator.token })
  process.on('message', () => {
    const { calls, entries } = simulator.control.ledger
    process.send?.({ calls: calls.length, created: entries.filter(({ effect }) => effect === 'server.created').length })
  })
  process.on('disconnect', () => { void simulator.close().then(() => process.exit(0)) })
}

async function measure(): Promise<void> {
  const database = await openBenchDatabase()
  const child = fork(process.argv[1] ?? '', ['--panel'])
  const [panelAt] = await once(child, 'message') as [{ url: string, token: string }]
  const client = createVirtFusionClient({ baseUrl: panelAt.url, token: panelAt.token, pace: { perSecond: Number(values.pace), concurrency: 50 } })
  const opened = await openServices(database.url, panelAt)
  const services = { ...opened.services, panel: { client: async () => client, forget() {} } }
  let statements = 0
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    statements += 1
    return Reflect.apply(query, this, args) as never
  } as never
  try {
    await order(services, count)
    // What only the first calls cost (modules, compiled code) is nobody's cost per order.
    await bareLoop(services, client, Math.min(count, 50))
    const before = { statements, calls: (await tally(child)).calls }
    const own = await timed(async () => {
      const worker = startWorker(services)
      while (await hasOpen(services)) await sleep(500)
      await worker.stop()
    })
    const perOrder = (statements - before.statements) / count
    const calls = (await tally(child)).calls - before.calls
    const succeeded = await services.db.operation.count({ where: { state: 'succeeded' } })
    const bare = await timed(() => bareLoop(services, client, count))
    const created = (await tally(child)).created - Math.min(count, 50) - count
    process.stdout.write([
      `orders               ${count}, ${succeeded} with their server, ${created} servers made`,
      `orders a minute      ${Math.round(count / own.wallMs * 60_000)} at ${services.env.WORKER_CONCURRENCY} at once and at most ${values.pace} calls a second`,
      `calls per order      ${(calls / count).toFixed(1)}`,
      `statements per order ${perOrder.toFixed(1)}`,
      `CPU per order        ${(own.cpuMs / count).toFixed(1)} ms, of which the calls alone ${(bare.cpuMs / count).toFixed(1)} ms: the engine's own is ${((own.cpuMs - bare.cpuMs) / count).toFixed(1)} ms, ${((own.kernelMs - bare.kernelMs) / count).toFixed(1)} of it in the kernel`,
      `wall time            ${(own.wallMs / 1000).toFixed(1)} s, ${(own.wallMs / bare.wallMs).toFixed(2)} times that of a bare loop over the same calls (${(bare.wallMs / 1000).toFixed(1)} s)`, '',
    ].join('\n'))
    if (created !== count || succeeded !== count) process.exitCode = 1
  }
  finally {
    child.disconnect()
    await client.close()
    await opened.close()
    await database.close()
  }
}

/** Past Prisma, whose work for it would count as the engine's. */
async function hasOpen({ database }: Services): Promise<boolean> {
  const { rows } = await database.pool.query<{ open: boolean }>(`select exists (select from operations where state in ('queued', 'running', 'waiting')) as open`)
  return rows[0]?.open === true
}

/** `kernelMs` is the part of the processor's time that was spent in system calls. */
async function timed(run: () => Promise<void>): Promise<{ wallMs: number, cpuMs: number, kernelMs: number }> {
  const startedAt = performance.now()
  const from = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(from)
  return { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000, kernelMs: system / 1000 }
}

async function tally(child: ChildProcess): Promise<{ calls: number, created: number }> {
  child.send('count')
  return (await once(child, 'message') as [{ calls: number, created: number }])[0]
}

async function order(services: Services, orders: number): Promise<void> {
  const { db } = services
  const customer = await db.user.create({ data: { email: 'bench@example.com', name: 'Bench', role: 'customer' } })
  const plans: string[] = []
  for (let index = 0; index < OWNERS; index++) {
    plans.push((await db.plan.create({ data: { name: `Plan ${index}`, features: { virtfusion_package_id: 1, virtfusion_user_id: FIRST_OWNER + index, virtfusion_hypervisor_id: index % 2 + 1 } } })).id)
  }
  for (let index = 0; index < orders; index++) {
    await db.$transaction(async (tx) => {
      const server = await tx.server.create({ data: { reference: `vps-${index}`, customerId: customer.id, planId: plans[index % OWNERS] ?? '', name: `web-${index}`, operatingSystemId: 1 } })
      await askOperation(tx, services, { serverId: server.id, kind: 'create', input: { operatingSystemId: 1 }, idempotencyKey: null })
    })
  }
}

/** The same calls for as many orders, one after the other, as many orders at once, by the same client, and nothing else. */
async function bareLoop({ env }: Services, { servers, templates }: VirtFusionClient, orders: number): Promise<void> {
  let begun = 0
  await Promise.all(Array.from({ length: env.WORKER_CONCURRENCY }, async () => {
    for (let index = begun++; index < orders; index = begun++) {
      const ownerId = FIRST_OWNER + index % OWNERS
      await servers.listByUser(ownerId)
      const { id } = await servers.create({ packageId: 1, userId: ownerId, hypervisorId: index % 2 + 1 })
      await servers.get(id)
      await servers.build(id, { operatingSystemId: 1, name: `bare-${index}`, ipv6: true })
      await servers.get(id)
      await servers.get(id, { remoteState: true })
      await templates.fromServer(id)
    }
  }))
}
