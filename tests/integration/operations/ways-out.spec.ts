import { describe, expect, it } from 'vitest'
import { lookAtOperation } from '../../../server/domains/operations/look-at-operation.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { openStage, useThrowAwayUsers, waitFor, type Stage } from '../engine/support.ts'

/** No user of the panel has this number. */
const GONE = 99

function makeByHand(stage: Stage, body: object) {
  return fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

async function put(stage: Stage, id: string, { memory: learnt, ...row }: Omit<Prisma.OperationUpdateInput, 'memory'> & { memory: Prisma.InputJsonObject }): Promise<void> {
  const { memory } = await stage.services.db.operation.findUniqueOrThrow({ where: { id } })
  await stage.services.db.operation.update({ where: { id }, data: { ...row, memory: { ...memory as Prisma.InputJsonObject, ...learnt } } })
}

/** An order whose throw-away user is gone, which owns a server all the same. */
async function openFenced() {
  const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
  await useThrowAwayUsers(stage)
  await makeByHand(stage, { userId: 2, built: false })
  Object.assign(stage.simulator.control.state.servers.get(101) ?? {}, { ownerId: GONE })
  const { operation } = await stage.order()
  const at = new Date(Date.now() - 60_000).toISOString()
  await put(stage, operation.id, { step: 'fence', memory: { ownerId: GONE, sentAt: at, escrow: { relation: 'gone', recipientId: 1, goneAt: at } } })
  return { stage, id: operation.id }
}

describe('an order for a throw-away user that is gone', () => {
  it('shows the server that came of it all the same, from the list of all, to be adopted', async () => {
    const { stage, id } = await openFenced()
    await stage.services.db.operation.update({ where: { id }, data: { state: 'needs_attention' } })
    expect((await lookAtOperation(stage.admin, id)).now?.servers).toMatchObject([{ virtfusionServerId: 101, canAdopt: true }])
  })

  it('is sent again once a person says so, although another row holds what its user had', async () => {
    const { stage, id } = await openFenced()
    const remote = stage.simulator.control.state.servers.get(101)
    await stage.services.db.server.create({ data: { reference: 'vps-other', customerId: stage.customerId, planId: stage.planId, name: 'other', lifecycle: 'active', virtfusionServerId: 101, virtfusionUuid: remote?.uuid ?? '' } })
    stage.startWorker()
    expect(await stage.until(id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'escrow_taken' } })
    await resolveOperation(stage.admin, id, { decision: 'retry', reason: 'That one is another customer\'s.' })
    await stage.until(id, 'succeeded')
  })
})

describe('an operation that is tried again', () => {
  it('looks for as long as at first for a deletion that the panel has taken, instead of giving up at the first look', async () => {
    const stage = await openStage()
    const worker = stage.startWorker()
    const server = await stage.activeServer()
    await worker.stop()
    const { id } = await stage.ask(server.id, 'delete')
    await put(stage, id, { state: 'needs_attention', step: 'verify', createdAt: new Date(Date.now() - 3 * 3_600_000), memory: { acceptedAt: new Date().toISOString(), lifecycleBefore: 'active' } })
    await retryOperation(stage.admin, id)
    stage.startWorker()
    await waitFor('a second look', async () => {
      const { state, memory } = await stage.services.db.operation.findUniqueOrThrow({ where: { id } })
      if (state === 'needs_attention') throw new Error('it has given up at the first look')
      return { value: Number((memory as { looks?: number }).looks ?? 0) >= 2 || null, seen: state }
    })
    stage.simulator.control.state.servers.delete(server.virtfusionServerId ?? 0)
    await stage.until(id, 'succeeded')
  })

  it('only looks for a reinstallation that showed after its answer was lost: sent again it would erase the disk', async () => {
    const stage = await openStage()
    const worker = stage.startWorker()
    const server = await stage.activeServer()
    await worker.stop()
    const { id } = await stage.ask(server.id, 'rebuild', { operatingSystemId: 1 })
    await put(stage, id, { step: 'check', memory: { isUnknown: true, builtBefore: '2020-01-01T00:00:00+00:00', verifySince: new Date().toISOString() } })
    stage.startWorker()
    expect(await stage.until(id, 'succeeded')).toMatchObject({ memory: { acceptedAt: expect.any(String) } })
    expect(stage.effects('server.built')).toBe(1)
  })
})
