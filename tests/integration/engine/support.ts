import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import type { OperationKind } from '#shared/lifecycle/operations.ts'
import { askOperation } from '../../../server/domains/operations/ask-operation.ts'
import { markConnection } from '../../../server/domains/settings/read-create-mode.ts'
import { readVirtfusionSettings } from '../../../server/domains/settings/read-virtfusion-settings.ts'
import { overwriteGroup, readGroup } from '../../../server/domains/settings/registry.ts'
import { findBreaches } from '../../../server/engine/invariants/find-breaches.ts'
import { startWorker } from '../../../server/engine/worker.ts'
import type { Env } from '../../../server/env.ts'
import type { Operation, Prisma, Server } from '../../../server/generated/prisma/client.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import type { Call } from '../../../server/context.ts'

export const FEATURES = { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1 }
export const DEBIAN = 1
export const BROKEN_IMAGE = 99
export const RESTRICTED_TOKEN = 'sim-token-restricted'

/** A panel, a database and the services on them, with an admin and a customer; the worker runs once it is started. */
export interface Stage {
  services: TestServices
  simulator: Simulator
  admin: Call
  customerId: string
  planId: string
  startWorker(): { stop(): Promise<void> }
  /** A server row with its create operation, as the create route leaves them. */
  order(options?: { operatingSystemId?: number | null, features?: Record<string, unknown>, idempotencyKey?: string }): Promise<{ server: Server, operation: Operation }>
  ask(serverId: string, kind: OperationKind, input?: Prisma.InputJsonObject, dueAt?: Date): Promise<Operation>
  /** Asks and works until the server is active. */
  activeServer(): Promise<Server>
  until(operationId: string, ...states: Operation['state'][]): Promise<Operation>
  server(id: string): Promise<Server>
  /** Effects at the panel by name, for example `server.created`. */
  effects(name: string): number
  close(): Promise<void>
}

/** A panel whose builds the engine has to wait for: it looks once, pauses and looks again. */
export const WITH_WAIT = { speed: 200 }

/** The panel's work is over before the engine looks for the first time, which then needs no second look seconds later. Tests about a panel that takes its time say so. */
const AT_ONCE = 20_000

/** Other gates run beside this one: a transaction may have to wait for its turn. */
const PATIENT = { maxWait: 20_000, timeout: 20_000 }

let count = 0

export async function openStage(env: Partial<Record<keyof Env, string>> = {}, { speed = AT_ONCE, token }: { speed?: number, token?: string } = {}): Promise<Stage> {
  const simulator = await startSimulator({ speed })
  const services = await createTestServices({
    VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: token ?? simulator.token, ENGINE_SETTLE_SECONDS: '3', ...env,
  })
  const workers: { stop(): Promise<void> }[] = []
  let isClosed = false
  const { db } = services
  const person = (role: 'admin' | 'customer') => db.user.create({ data: { email: `${role}${count++}@example.com`, name: `Some ${role}`, role } })
  const [adminRow, customer] = [await person('admin'), await person('customer')]
  const plan = await db.plan.create({ data: { name: 'Small', features: FEATURES } })
  const admin = callAs(services, { id: adminRow.id, name: adminRow.name, email: adminRow.email, role: 'admin' })

  const stage: Stage = {
    services, simulator, admin, customerId: customer.id, planId: plan.id,
    startWorker() {
      const worker = startWorker(services)
      workers.push(worker)
      return worker
    },
    async order({ operatingSystemId = DEBIAN, features, idempotencyKey } = {}) {
      const planId = features ? (await db.plan.create({ data: { name: `Plan ${count++}`, features: { ...FEATURES, ...features } as Prisma.InputJsonObject } })).id : plan.id
      return db.$transaction(async (tx) => {
        const server = await tx.server.create({ data: { reference: `vps-${count++}`, customerId: customer.id, planId, name: `web-${count}`, operatingSystemId } })
        const { operation } = await askOperation(tx, admin, { serverId: server.id, kind: 'create', input: { operatingSystemId }, idempotencyKey: idempotencyKey ?? null })
        return { server, operation }
      }, PATIENT)
    },
    ask: (serverId, kind, input = {}, dueAt) => db.$transaction(async (tx) =>
      (await askOperation(tx, admin, { serverId, kind, input, idempotencyKey: null, ...(dueAt ? { dueAt } : {}) })).operation, PATIENT),
    async activeServer() {
      const { server, operation } = await stage.order()
      await stage.until(operation.id, 'succeeded')
      return stage.server(server.id)
    },
    until: (operationId, ...states) => waitFor(`operation ${states.join(' or ')}`, async () => {
      const operation = await db.operation.findUniqueOrThrow({ where: { id: operationId } })
      return { value: states.includes(operation.state) ? operation : null, seen: `${operation.kind} ${operation.state} at ${operation.step}: ${JSON.stringify(operation.diagnosis)}` }
    }),
    server: (id) => db.server.findUniqueOrThrow({ where: { id } }),
    effects: (name) => simulator.control.ledger.entries.filter((entry) => entry.effect === name).length,
    async close() {
      if (isClosed) return
      isClosed = true
      await Promise.all(workers.map((worker) => worker.stop()))
      const breaches = await findBreaches(services.db)
      await services.close()
      await simulator.close()
      // Whatever a test is about: Berth has kept its own rules.
      expect(breaches).toEqual([])
    },
  }
  onTestFinished(() => stage.close())
  return stage
}

/** As if the probe had passed on this connection and an admin had chosen throw-away users. */
export async function useThrowAwayUsers({ services }: Stage): Promise<void> {
  const { value } = await readGroup(services.db, 'create')
  await overwriteGroup(services.db, 'create', { ...value, mode: 'escrow' }, null)
  await overwriteGroup(services.db, 'escrow', { passed: { connection: markConnection(await readVirtfusionSettings(services)) ?? '', at: new Date().toISOString() } }, null)
}

/** As if the half minute were over in which a failed build counts for the one before it: waits for the second one, and moves its beginning back. */
export async function outlastFormerBuild({ services }: Stage, operationId: string): Promise<void> {
  const longAgo = new Date(Date.now() - 31_000).toISOString()
  await waitFor('the second build', async () => {
    // Between two looks only: each writes back what it remembers.
    const { rowCount } = await services.database.pool.query(`update operations set memory = jsonb_set(memory, '{installSince}', to_jsonb($2::text))
      where id = $1 and step = 'await_install' and lease_expires_at is null and memory ? 'overBuild'`, [operationId, longAgo])
    return { value: rowCount || null, seen: 'none that is waited for' }
  })
}

/** Looks until there is a value. @throws Error with what was seen last, once nothing new was seen for `deadlineMs`: a slow machine is no reason */
export async function waitFor<T>(what: string, look: () => Promise<{ value: T | null, seen: string }>, deadlineMs = 90_000): Promise<T> {
  let end = performance.now() + deadlineMs
  for (let before = ''; ;) {
    const { value, seen } = await look()
    if (value !== null) return value
    if (seen !== before) end = performance.now() + deadlineMs
    before = seen
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}; last seen: ${seen}`)
    await sleep(50)
  }
}
