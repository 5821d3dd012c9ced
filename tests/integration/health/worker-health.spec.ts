import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { getWorkerHealth } from '../../../server/domains/health/get-worker-health.ts'
import { startJobs } from '../../../server/engine/jobs.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { stockOf } from '../servers/stock.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

let services: TestServices
beforeAll(async () => { services = await createTestServices() })
afterAll(() => services.close())
afterEach(() => services.db.operation.deleteMany())

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)

async function operation(fields: Partial<Prisma.OperationUncheckedCreateInput>) {
  const stock = stockOf(services)
  return stock.operation(await stock.server(await stock.customer(), await stock.plan()), fields)
}

describe('the health of the workers', () => {
  it('names what is due for a minute while no worker is there: since when, and how many wait', async () => {
    const since = ago(5)
    await operation({ state: 'queued', updatedAt: since })
    await operation({ state: 'waiting', updatedAt: ago(9), nextAttemptAt: ago(2) })
    await operation({ kind: 'delete', step: 'scheduled', state: 'queued', updatedAt: ago(9), nextAttemptAt: ago(3) })
    await operation({ state: 'running', updatedAt: ago(9), leaseExpiresAt: ago(4) })
    await operation({ state: 'queued', updatedAt: ago(0.5) })
    expect(await getWorkerHealth(services)).toEqual({ stalled: { waiting: 5, since: since.toISOString() } })
  })

  it.each([
    ['was asked for just now', { state: 'queued', updatedAt: ago(0.5) }],
    ['waits for its day or its next try', { kind: 'delete', step: 'scheduled', state: 'waiting', updatedAt: ago(9), nextAttemptAt: ago(-60) }],
    ['is being worked on', { state: 'running', updatedAt: ago(9), leaseExpiresAt: ago(-0.1) }],
    ['stands in front of a person', { state: 'needs_attention', updatedAt: ago(9) }],
    ['is over', { state: 'failed', updatedAt: ago(9) }],
  ] as const)('says nothing of what %s', async (_, fields) => {
    await operation(fields)
    expect(await getWorkerHealth(services)).toEqual({ stalled: null })
  })

  it('blames nobody while a worker is registered, however much it still has to do', async () => {
    await operation({ state: 'queued', updatedAt: ago(5) })
    const jobs = startJobs({ url: services.url, pool: services.database.pool, taskList: {}, concurrency: 1, pollInterval: 500, log: services.log })
    let isStopped = false
    onTestFinished(async () => { if (!isStopped) await jobs.stop() })
    await expect.poll(() => getWorkerHealth(services)).toEqual({ stalled: null })
    await jobs.stop()
    isStopped = true
    await expect.poll(() => getWorkerHealth(services)).toMatchObject({ stalled: { waiting: 1 } })
  })
})
