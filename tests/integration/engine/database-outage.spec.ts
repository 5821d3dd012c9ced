import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import type { Operation } from '../../../server/generated/prisma/client.ts'
import { migrate } from '../support/migrate.ts'
import { startProcess } from './start-process.ts'
import { openStage, waitFor, WITH_WAIT } from './support.ts'

/** ORDERS=200: by hand. */
const ORDERS = Number(process.env.ORDERS ?? 12)
/** The database goes away whenever so many more servers were made. */
const STEP = Math.ceil(ORDERS / 4)

describe('PostgreSQL that is stopped and started while orders run', () => {
  it('leaves each order with exactly one server, and none that stands still', { timeout: 240_000 + ORDERS * 2_000 }, async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'berth-outage-'))
    let postgres = await startEmbeddedPostgres(folder, { isDurable: false })
    onTestFinished(async () => {
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    })
    const { url } = postgres
    await migrate(url)
    const stage = await openStage({ DATABASE_URL: url }, WITH_WAIT)
    const { services: { db }, simulator } = stage
    for (const machine of simulator.control.state.hypervisors.values()) Object.assign(machine, { maxMemory: 1e9, maxCores: 1e9, maxStorage: 1e9 })
    simulator.control.faults.add({ operation: '*', kind: 'latency', ms: 30 })
    const orders = await Promise.all(Array.from({ length: ORDERS }, (_, index) => stage.order({ features: { virtfusion_user_id: 1 + index % 2 } })))
    const workers = [startProcess(stage.services, { LOG_LEVEL: 'silent' }), startProcess(stage.services, { LOG_LEVEL: 'silent' })]
    onTestFinished(async () => { for (const worker of workers) await worker.end() })

    for (let made = STEP; made < ORDERS; made += STEP) {
      await waitFor(`${made} servers`, async () => ({ value: stage.effects('server.created') >= made || null, seen: `${stage.effects('server.created')} servers` }), 120_000)
      await postgres.stop()
      postgres = await startEmbeddedPostgres(folder, { isDurable: false, port: Number(new URL(url).port) })
      expect(postgres.url).toBe(url)
    }
    const rest = await waitFor('the end of all orders', async () => {
      const open = await db.operation.findMany({ where: { state: { notIn: ['succeeded', 'needs_attention'] } } }).catch(() => null)
      return { value: open?.length === 0 ? await db.operation.findMany({ where: { state: 'needs_attention' } }) : null, seen: open ? describeAll(open) : 'no database' }
    }, 120_000 + ORDERS * 1_000)

    // Where the database went away between the intent and its send, nobody can know that it was never sent: a person says so, and it is sent.
    for (const { id, serverId } of rest) {
      expect((await stage.server(serverId)).virtfusionServerId).toBeNull()
      await resolveOperation(stage.admin, id, { decision: 'retry', reason: 'The panel lists nothing new.' })
      await stage.until(id, 'succeeded')
    }
    expect(stage.effects('server.created')).toBe(ORDERS)
    const rows = await db.server.findMany({ where: { lifecycle: 'active', id: { in: orders.map(({ server }) => server.id) } } })
    expect(new Set(rows.map(({ virtfusionServerId }) => virtfusionServerId)).size).toBe(ORDERS)
    process.stdout.write(`${ORDERS} orders, ${rest.length} of them put before a person\n`)
  })
})

const describeAll = (operations: Operation[]) => operations.map(({ state, step, diagnosis }) => `${state} at ${step} ${JSON.stringify(diagnosis)}`).join('; ')
