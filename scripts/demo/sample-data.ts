import path from 'node:path'
import { startEmbeddedPostgres } from '../../server/db/embedded-postgres.ts'
import { openDatabase, type Database } from '../../server/db/open-database.ts'
import type { Simulator } from '../../simulator/server.ts'
import { Api } from './api.ts'
import { CUSTOMERS, DELETED, DELETED_LATER, PLANS, RESTARTED, SERVERS, SUSPENDED, SWITCHED_OFF } from './catalogue.ts'
import type { Credentials } from './credentials.ts'
import { MARKER, isMade } from './is-made.ts'
import { spreadOverWeeks } from './spread-over-weeks.ts'

interface Accepted { operation: { id: string }, server: { id: string, virtfusionServerId: number | null } }
interface Demo { url: string, dataDir: string, panel: Simulator, credentials: Credentials }

/**
 * Fills an empty Berth with a host's ordinary month: everything goes through the API and the engine against the simulator, is marked as
 * sample data, and is then moved back in time. Does nothing where it was done before. @throws HalfMadeError
 */
export async function makeSampleData({ url, dataDir, panel, credentials }: Demo): Promise<void> {
  const postgres = await startEmbeddedPostgres(path.join(dataDir, 'postgres')) // attaches to the one that Berth runs
  const database = openDatabase(postgres.url, { max: 2, onError: () => {} })
  try {
    if (await isMade(database, dataDir)) return
    process.stdout.write('Making sample data...\n')
    panel.control.settings.version = '7.1'
    const admin = await new Api(url).signIn(credentials.admin.email, credentials.admin.password)
    await fill(admin, panel, credentials)
    await mark(database)
    await spreadOverWeeks(database)
    await database.prisma.setting.create({ data: { group: MARKER, value: {} } })
  }
  finally {
    panel.control.settings.workSpeed = 1
    await database.close()
  }
}

async function fill(admin: Api, panel: Simulator, credentials: Credentials): Promise<void> {
  panel.control.settings.workSpeed = 60
  // One owner per customer: an order that waits for a decision then holds up nobody else.
  await admin.send('PUT', '/api/admin/settings/virtfusion', { ownerMode: 'customer' })
  await admin.send('POST', '/api/admin/settings/virtfusion/test', {})

  const plans: string[] = []
  for (const plan of PLANS) {
    const { id } = await admin.send<{ id: string }>('POST', '/api/admin/plans', plan)
    await admin.send('POST', `/api/admin/plans/${id}/check`)
    plans.push(id)
  }
  const customers: string[] = []
  for (const [index, customer] of CUSTOMERS.entries()) {
    const password = index === 0 ? { password: credentials.customer.password } : {}
    const { id } = await admin.send<{ id: string }>('POST', '/api/admin/customers', { ...customer, ...password })
    customers.push(id)
  }

  const order = (customer: number, plan: number, name: string, template: number, more: object = {}) => admin.send<Accepted>('POST', '/api/admin/servers', {
    customerId: customers[customer], planId: plans[plan], name, hostname: `${name}.example.com`, operatingSystemId: template, ...more,
  })

  const byName = new Map<string, string>()
  const orders = await Promise.all(SERVERS.map(async ([customer, plan, name, template]) => {
    const { operation, server } = await order(customer, plan, name, template)
    byName.set(name, server.id)
    return operation.id
  }))
  for (const id of orders) await admin.succeeded(id)

  const act = async (name: string, method: string, action: string, body: object) => {
    const { operation } = await admin.send<Accepted>(method, `/api/admin/servers/${byName.get(name)}${action}`, body)
    return operation.id
  }
  const power = (names: readonly string[], action: string) => Promise.all(names.map(async (name) => admin.succeeded(await act(name, 'POST', '/power', { action }))))
  await power(RESTARTED, 'restart')
  await power(SWITCHED_OFF, 'poweroff')
  await Promise.all(Object.entries(SUSPENDED).map(async ([name, reason]) => admin.succeeded(await act(name, 'POST', '/suspend', { reason }))))
  await Promise.all(DELETED.map(async (name) => admin.succeeded(await act(name, 'DELETE', '', { confirm: name, delayMinutes: 0 }))))
  for (const [name, delayMinutes] of Object.entries(DELETED_LATER)) await act(name, 'DELETE', '', { confirm: name, delayMinutes })

  // What goes wrong in a host's month: an image that does not build, a size that fits nowhere, an answer that is lost.
  const broken = await order(10, 0, 'broken-image', 99)
  await admin.ended(broken.operation.id)
  const tooLarge = await order(9, 3, 'match-eu-3', 1, { overrides: { virtfusion_memory: 2_000_000 } })
  await admin.ended(tooLarge.operation.id)
  const lost = panel.control.faults.add({ operation: 'POST /servers', kind: 'drop-before-effect', times: 1 })
  const unknown = await order(8, 1, 'artifacts', 3)
  await admin.ended(unknown.operation.id)
  panel.control.faults.remove(lost.id)

  // Two installations that take long enough to be watched.
  panel.control.settings.workSpeed = 0.01
  const slow = [await order(6, 1, 'tide-tables', 1), await order(2, 2, 'benchmarks', 3)]
  await Promise.all(slow.map((entry) => isInstalling(admin, entry.operation.id)))
}

async function isInstalling(admin: Api, operationId: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const { step } = await admin.send<{ step: string }>('GET', `/api/admin/operations/${operationId}`)
    if (step === 'await_install') return
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
}

async function mark({ prisma }: Database): Promise<void> {
  await prisma.user.updateMany({ where: { role: 'customer' }, data: { isSample: true } })
  await prisma.plan.updateMany({ data: { isSample: true } })
  await prisma.server.updateMany({ data: { isSample: true } })
  // One server of which the panel never said anything: the screens show that as unknown, and not as off.
  await prisma.server.updateMany({ where: { name: 'weather-station' }, data: { observedAt: null, power: 'unknown', observation: undefined } })
}
