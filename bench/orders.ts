// `npm run bench:orders [-- --orders 1000]`: many orders at once against a panel that answers after 50 ms. Prints orders a minute, processor time and
// database statements per order, and the wall time against a bare loop over the same calls. The simulated panel runs in a process of its own.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import type { Services } from '../server/context.ts'
import { askOperation } from '../server/domains/operations/ask-operation.ts'
import { startWorker } from '../server/engine/worker.ts'
import { startSimulator } from '../simulator/server.ts'
import { openBenchDatabase, openServices } from './support/open-services.ts'

const ANSWER_MS = 50
const OWNERS = 40
const FIRST_OWNER = 3

const { values } = parseArgs({ options: { orders: { type: 'string', default: '1000' }, panel: { type: 'boolean', default: false } } })
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
  const { services, close } = await openServices(database.url, panelAt)
  let statements = 0
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    statements += 1
    return Reflect.apply(query, this, args) as never
  } as never
  try {
    await order(services, count)
    const tally = async () => {
      child.send('count')
      return (await once(child, 'message') as [{ calls: number, created: number }])[0]
    }
    const before = { statements, cpu: process.cpuUsage(), calls: (await tally()).calls }
    const startedAt = performance.now()
    const worker = startWorker(services)
    while (await services.db.operation.count({ where: { state: { notIn: ['succeeded', 'failed', 'needs_attention', 'cancelled'] } } }) > 0) await sleep(500)
    const wallMs = performance.now() - startedAt
    const cpu = process.cpuUsage(before.cpu)
    const perOrder = statements - before.statements
    await worker.stop()
    const { calls, created } = await tally()
    const succeeded = await services.db.operation.count({ where: { state: 'succeeded' } })
    const bareMs = await bareLoop(services, panelAt)
    process.stdout.write([
      `orders               ${count}, ${succeeded} with their server, ${created} servers made`,
      `orders a minute      ${Math.round(count / wallMs * 60_000)}`,
      `calls per order      ${((calls - before.calls) / count).toFixed(1)}`,
      `CPU ms per order     ${((cpu.user + cpu.system) / 1000 / count).toFixed(1)}`,
      `statements per order ${(perOrder / count).toFixed(1)}`,
      `wall time            ${(wallMs / 1000).toFixed(1)} s, ${(wallMs / bareMs).toFixed(2)} times that of a bare loop (${(bareMs / 1000).toFixed(1)} s)`, '',
    ].join('\n'))
    if (created !== count || succeeded !== count) process.exitCode = 1
  }
  finally {
    child.disconnect()
    await close()
    await database.close()
  }
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

/** The same number of calls for each order, one after the other, as many orders at once, and nothing else. */
async function bareLoop({ db, env }: Services, panelAt: { url: string, token: string }): Promise<number> {
  const rows = await db.provisioningLog.groupBy({ by: ['operationId'], _count: true, where: { operationId: { not: null } } })
  const waiting = rows.map(({ _count: calls }) => calls)
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: env.WORKER_CONCURRENCY }, async () => {
    for (let calls = waiting.shift(); calls !== undefined; calls = waiting.shift()) {
      for (let call = 0; call < calls; call++) await (await fetch(`${panelAt.url}/api/v1/servers/101`, { headers: { authorization: `Bearer ${panelAt.token}` } })).text()
    }
  }))
  return performance.now() - startedAt
}
