import { describe, expect, it } from 'vitest'
import { lookAtOperation } from '../../../server/domains/operations/look-at-operation.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import { concluded } from '../../../server/engine/diagnosis.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { makeServer } from '../../../simulator/control/by-hand.ts'
import { openStage, RESTRICTED_TOKEN, useThrowAwayUsers, type Stage } from '../engine/support.ts'

const again = (stage: Stage, id: string) => resolveOperation(stage.admin, id, { decision: 'retry', reason: 'It was never sent' })
const creates = (stage: Stage) => stage.simulator.control.ledger.calls.filter(({ operation }) => operation === 'POST /servers').length

/** An order as it stands once our database was put back to the moment before it was sent, and safe mode was left. */
async function orderFromBefore(stage: Stage, memory: Prisma.InputJsonObject = {}) {
  const { server, operation } = await stage.order()
  const diagnosis = { ...concluded('operation_from_before', { decision: 'same_panel', kind: 'create', isBound: false, isScheduled: false }) }
  await stage.services.db.operation.update({ where: { id: operation.id }, data: { state: 'needs_attention', diagnosis, memory: { ...operation.memory as Prisma.InputJsonObject, ...memory } } })
  return { server, id: operation.id }
}

describe('an order that reads as never sent in a database that was put back', () => {
  it('is not sent again while its owner has a server since then that is nobody\'s: the customer would pay for two', async () => {
    const stage = await openStage()
    const { server, id } = await orderFromBefore(stage)
    const made = makeServer(stage.simulator.control, { userId: 2 })
    expect(await lookAtOperation(stage.admin, id)).toMatchObject({
      now: { servers: [{ virtfusionServerId: made.id, isNew: true, boundTo: null, canAdopt: true }] }, retryRefusal: expect.stringContaining(`number ${made.id}`), expected: { ownerId: 2 },
    })
    await expect(again(stage, id)).rejects.toMatchObject({ reason: 'candidate_exists' })

    await resolveOperation(stage.admin, id, { decision: 'adopt', virtfusionServerId: made.id, reason: 'It is the ordered one' })
    stage.startWorker()
    await stage.until(id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionServerId: made.id, virtfusionUuid: made.uuid, virtfusionOwnerId: 2 })
    expect(creates(stage)).toBe(0)
  })

  it('is sent where nothing came of it: what is older, or another\'s of Berth, is no server of it', async () => {
    const stage = await openStage()
    const older = makeServer(stage.simulator.control, { userId: 2 })
    const row = stage.simulator.control.state.servers.get(older.id)
    if (row) row.created -= 3_600_000
    const { id } = await orderFromBefore(stage)
    const others = makeServer(stage.simulator.control, { userId: 2 })
    await stage.services.db.server.create({ data: { reference: 'vps-other', customerId: stage.customerId, planId: stage.planId, name: 'other', lifecycle: 'active', virtfusionServerId: others.id, virtfusionUuid: others.uuid } })
    await expect(resolveOperation(stage.admin, id, { decision: 'adopt', virtfusionServerId: older.id, reason: 'A guess' })).rejects.toMatchObject({ message: expect.stringContaining('older than this order') })
    await again(stage, id)
    stage.startWorker()
    await stage.until(id, 'succeeded')
    expect(creates(stage)).toBe(1)
  })

  it('finds the customer\'s user by our number, which safe mode has made forget', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    stage.startWorker()
    await stage.activeServer()
    const { id } = await orderFromBefore(stage)
    await stage.services.db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId: null } })
    const made = makeServer(stage.simulator.control, { userId: 3 })
    await expect(again(stage, id)).rejects.toMatchObject({ reason: 'candidate_exists', message: expect.stringContaining(String(made.id)) })
  })

  it('is not sent while the panel does not answer, but by a person\'s word where the token may never list', async () => {
    const stage = await openStage()
    const { id } = await orderFromBefore(stage)
    const rule = stage.simulator.control.faults.add({ operation: 'GET /servers/user/{id}', kind: 'status', status: 503, body: {}, headers: {} })
    await expect(again(stage, id)).rejects.toMatchObject({ code: 'panel_unavailable' })
    expect(await lookAtOperation(stage.admin, id)).toMatchObject({ now: null, retryRefusal: expect.stringContaining('can\'t be read') })
    stage.simulator.control.faults.remove(rule.id)

    const blind = await openStage({}, { token: RESTRICTED_TOKEN })
    const unlisted = await orderFromBefore(blind)
    expect(await lookAtOperation(blind.admin, unlisted.id)).toMatchObject({ now: null, diagnosis: { code: 'forbidden' }, retryRefusal: null })
    expect(await again(blind, unlisted.id)).toMatchObject({ operation: { state: 'queued' } })
  })

  it('that waits at its throw-away user is not sent again either once that user\'s server may have been handed over', async () => {
    const stage = await openStage()
    await useThrowAwayUsers(stage)
    const at = new Date().toISOString()
    const { id } = await orderFromBefore(stage, { ownerId: 99, sentAt: at, baseline: [], escrow: { relation: 'gone', recipientId: 2 } })
    await stage.services.db.operation.update({ where: { id }, data: { step: 'settle' } })
    const made = makeServer(stage.simulator.control, { userId: 2 })
    await expect(again(stage, id)).rejects.toMatchObject({ reason: 'candidate_exists', message: expect.stringContaining(`number ${made.id}`) })
  })
})

/** An order that the panel had refused, in a database that may have been put back to that moment since. */
async function failedOrder(stage: Stage, { leftAt }: { leftAt: Date | null }) {
  const { operation: { id } } = await stage.order()
  const { db } = stage.services
  await db.operation.update({ where: { id }, data: { state: 'failed', step: 'send', finishedAt: new Date(), diagnosis: { ...concluded('features_invalid') } } })
  await db.panelIdentity.create({ data: { id: 'default', origin: stage.simulator.url, safeModeLeftAt: leftAt } })
  return id
}
const later = () => new Date(Date.now() + 60_000)

describe('an order that had failed before data was put back', () => {
  it('is not tried again while whom it is for has a server that is nobody\'s: somebody may have tried it in the time that is forgotten', async () => {
    const stage = await openStage()
    const id = await failedOrder(stage, { leftAt: later() })
    const made = makeServer(stage.simulator.control, { userId: 2 })
    await expect(retryOperation(stage.admin, id)).rejects.toMatchObject({ reason: 'candidate_exists', message: expect.stringMatching(new RegExp(`number ${made.id}.*Drift and orphans`)) })
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'failed' })

    stage.simulator.control.faults.add({ operation: 'GET /servers/user/{id}', kind: 'status', status: 503, body: {}, headers: {} })
    await expect(retryOperation(stage.admin, id)).rejects.toMatchObject({ code: 'panel_unavailable' })
    expect(creates(stage)).toBe(0)
  })

  it('is tried again where nothing came of it', async () => {
    const stage = await openStage()
    const id = await failedOrder(stage, { leftAt: later() })
    await retryOperation(stage.admin, id)
    stage.startWorker()
    await stage.until(id, 'succeeded')
    expect(creates(stage)).toBe(1)
  })

  it.each([['nothing was put back', null], ['it failed after that', new Date(Date.now() - 60_000)]])('is tried again without a look where %s, whatever else its owner has', async (_when, leftAt) => {
    const stage = await openStage()
    const id = await failedOrder(stage, { leftAt })
    makeServer(stage.simulator.control, { userId: 2 })
    expect(await retryOperation(stage.admin, id)).toMatchObject({ operation: { state: 'queued' } })
  })
})
