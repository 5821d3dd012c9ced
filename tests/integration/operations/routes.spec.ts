import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from '../servers/stock.ts'

let services: TestServices
let http: TestHttp
let admin: Client
beforeAll(async () => {
  services = await createTestServices()
  http = await startHttp(services)
  admin = await http.person('admin')
})
afterAll(async () => {
  await http?.close()
  await services?.close()
})

async function failedOperation() {
  const stock = stockOf(services)
  return stock.operation(await stock.server(await stock.customer(), await stock.plan()), { kind: 'restart', state: 'failed', finishedAt: new Date() })
}

describe('POST /api/admin/operations/{id}/retry', () => {
  it('answers 202 with the operation and the server, beside the operation whole, and the same again for the same key', async () => {
    const { id, serverId } = await failedOperation()
    const headers = { 'idempotency-key': randomUUID() }
    const retry = () => admin.request('POST', `/api/admin/operations/${id}/retry`, { headers })
    for (const answer of [await retry(), await retry()]) {
      expect(answer.status, answer.text).toBe(202)
      expect(answer.body).toMatchObject({ id, state: 'queued', steps: expect.any(Array), operation: { id, state: 'queued', serverId }, server: { id: serverId, lifecycle: 'active' } })
    }
    expect(await services.db.operationEvent.count({ where: { operationId: id, code: 'retried_by_person' } })).toBe(1)
  })

  it.each([
    ['retry', 'operation.retried'],
    ['cancel', 'operation.cancelled'],
  ])('keeps why somebody decided on a standstill in the audit log, and refuses a reason that is longer than others may be: %s', async (verb, action) => {
    const { id } = await failedOperation()
    await services.db.operation.update({ where: { id }, data: { state: 'needs_attention', finishedAt: null } })
    const decide = (reason: string) => admin.request('POST', `/api/admin/operations/${id}/${verb}`, { body: { reason } })
    expect((await decide('a'.repeat(301))).status).toBe(400)
    const answer = await decide('The panel has ended its task.')
    expect(answer.status, answer.text).toBeLessThan(300)
    expect(await services.db.auditEvent.findFirst({ where: { action, entityId: id } })).toMatchObject({ after: { reason: 'The panel has ended its task.' } })
  })
})
