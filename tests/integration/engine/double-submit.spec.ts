import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Accepted } from '../../../shared/schemas/servers.ts'
import { startHttp } from '../support/http.ts'
import { startProcess } from './start-process.ts'
import { openStage, waitFor } from './support.ts'

/** ROUNDS=100: by hand. */
const ROUNDS = Number(process.env.ROUNDS ?? 2)
const AT_ONCE = 64

describe('the same order, sent many times at the same moment', () => {
  it('is one operation and one server at the panel, round after round', { timeout: 60_000 + ROUNDS * 20_000 }, async () => {
    const stage = await openStage()
    const { services, simulator } = stage
    for (const machine of simulator.control.state.hypervisors.values()) Object.assign(machine, { maxMemory: 1e9, maxCores: 1e9, maxStorage: 1e9 })
    const http = await startHttp(services)
    onTestFinished(() => http.close())
    const worker = startProcess(services)
    onTestFinished(async () => { await worker.end() })
    const admin = await http.person('admin')

    const operations: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const order = { method: 'POST', body: { customerId: stage.customerId, planId: stage.planId, name: `round ${round}` }, headers: { 'idempotency-key': randomUUID() } }
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => admin.request(order.method, '/api/admin/servers', order)))
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: AT_ONCE }, () => 202))
      const asked = new Set(answers.map(({ body }) => (body as Accepted).operation.id))
      expect(asked.size).toBe(1)
      operations.push(...asked)
    }
    await waitFor('all servers', async () => {
      const left = await services.db.operation.count({ where: { state: { not: 'succeeded' } } })
      return { value: left === 0 || null, seen: `${left} operations are not done` }
    }, 45_000 + ROUNDS * 2_000)

    expect(new Set(operations).size).toBe(ROUNDS)
    expect(await services.db.operation.count()).toBe(ROUNDS)
    expect(stage.effects('server.created')).toBe(ROUNDS)
    expect(new Set((await services.db.server.findMany()).map(({ virtfusionServerId }) => virtfusionServerId)).size).toBe(ROUNDS)
  })
})
