// `npm run bench:sweep [-- --servers 20000]`: one sweep over a large fleet at the default pace. Prints its calls, its seconds and
// the memory above idle; exits with 1 when one of them is over its budget. The simulated panel runs in a process of its own.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDatabase } from '../server/db/open-database.ts'
import { sweep } from '../server/engine/sweep.ts'
import { startSimulator } from '../simulator/server.ts'
import { bindFleet, fillPanel } from '../tests/support/fleet.ts'
import { openBenchDatabase, openServices } from './support/open-services.ts'

const BUDGET = { seconds: 60, aboveIdleMb: 100 }
const CHANGES = 20

const { values } = parseArgs({ options: { servers: { type: 'string', default: '20000' }, panel: { type: 'string' } } })
const count = Number(values.servers)
if (values.panel) await runPanel(values.panel)
else await measure()

/** The simulated panel with its fleet, and our rows for it. Then changes some servers by hand, which no list shows. */
async function runPanel(databaseUrl: string): Promise<void> {
  const simulator = await startSimulator()
  const remotes = fillPanel(simulator.control, count)
  const database = openDatabase(databaseUrl, { onError: () => {} })
  const { prisma } = database
  const customer = await prisma.user.create({ data: { email: 'bench@example.com', name: 'Bench', role: 'customer' } })
  const plan = await prisma.plan.create({ data: { name: 'Small', features: { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1 } } })
  await bindFleet(prisma, remotes, { customerId: customer.id, planId: plan.id })
  await prisma.$executeRaw`analyze servers`
  await database.close()
  for (let index = 0; index < CHANGES; index++) {
    const remote = remotes[Math.floor(index * remotes.length / CHANGES)]
    if (remote) Object.assign(remote, { memory: 2048, updated: simulator.control.now() - 60_000 })
  }
  process.send?.({ url: simulator.url, token: simulator.token })
  process.on('message', () => {
    const { calls } = simulator.control.ledger
    process.send?.({ lists: calls.filter(({ operation }) => operation === 'GET /servers').length, all: calls.length })
  })
  process.on('disconnect', () => { void simulator.close().then(() => process.exit(0)) })
}

async function measure(): Promise<void> {
  const postgres = await openBenchDatabase()
  const child = fork(process.argv[1] ?? '', ['--servers', String(count), '--panel', postgres.url], { serialization: 'json' })
  const [panelProcess] = await once(child, 'message') as [{ url: string, token: string }]
  const { services, close } = await openServices(postgres.url, panelProcess)
  try {
    await services.db.server.count()
    await sleep(2_000)
    globalThis.gc?.()
    const idle = process.memoryUsage().rss
    let highest = idle
    const sampler = setInterval(() => { highest = Math.max(highest, process.memoryUsage().rss) }, 50)
    const startedAt = performance.now()
    await sweep(services, services.stopping)
    const seconds = (performance.now() - startedAt) / 1000
    clearInterval(sampler)
    child.send('count')
    const [calls] = await once(child, 'message') as [{ lists: number, all: number }]
    const [findings, unseen] = [await services.db.driftFinding.count(), await services.db.server.count({ where: { observedAt: { lt: new Date(Date.now() - 5 * 60_000) } } })]
    const aboveIdleMb = (highest - idle) / 1024 / 1024
    process.stdout.write([
      `servers          ${count}`, `list calls       ${calls.lists}`, `other calls      ${calls.all - calls.lists} (for ${CHANGES} changes by hand)`, `findings         ${findings}`,
      `not seen         ${unseen}`, `seconds          ${seconds.toFixed(1)}`, `MB above idle    ${aboveIdleMb.toFixed(0)} (idle ${(idle / 1024 / 1024).toFixed(0)})`, '',
    ].join('\n'))
    if (findings !== CHANGES || unseen > 0 || seconds > BUDGET.seconds || aboveIdleMb > BUDGET.aboveIdleMb) process.exitCode = 1
  }
  finally {
    child.disconnect()
    await close()
    await postgres.close()
  }
}
