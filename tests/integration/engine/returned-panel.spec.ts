import { beforeEach, describe, expect, it } from 'vitest'
import { getOperation } from '../../../server/domains/operations/get-operation.ts'
import { lookAtOperation } from '../../../server/domains/operations/look-at-operation.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { openStage, RESTRICTED_TOKEN, useThrowAwayUsers, type Stage } from './support.ts'

/** The number by which Berth knows the customer: at the panel a stranger has it since the backup. */
const STRANGER = 2
const HOURS_AGO = new Date(Date.now() - 3 * 3_600_000)
const owners = (stage: Stage) => [...stage.simulator.control.state.servers.values()].map(({ ownerId }) => ownerId)
const makeByHand = (stage: Stage, userId: number) => fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userId, built: false }) })

async function openCustomerStage(options: Parameters<typeof openStage>[1] = {}): Promise<Stage> {
  const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' }, options)
  await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
  return stage
}

const know = (stage: Stage, virtfusionUserId: number | null) => stage.services.db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId } })

/** As an admin does at the panel. */
async function giveRelation(stage: Stage, userId: number): Promise<void> {
  const { virtfusionExtRelationId } = await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
  const user = stage.simulator.control.state.users.get(userId)
  if (user) user.extRelationId = virtfusionExtRelationId
}

/** Puts the order where it stood when the panel came back. */
async function remember(stage: Stage, operationId: string, step: string, learnt: Prisma.InputJsonObject): Promise<void> {
  const { memory } = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operationId } })
  await stage.services.db.operation.update({ where: { id: operationId }, data: { step, memory: { ...memory as Prisma.InputJsonObject, ...learnt } } })
}

describe('a panel that came back from a backup, before anybody has noticed', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await openCustomerStage()
    await know(stage, STRANGER)
  })

  it('gets no order for a number that is not this customer\'s any more: a stranger would have the server', async () => {
    stage.startWorker()
    const { operation } = await stage.order()
    const { virtfusionExtRelationId: extRelationId } = await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ step: 'intend', ownerLock: null, diagnosis: { code: 'owner_number_changed', params: { ownerId: STRANGER, extRelationId } } })
    expect(owners(stage)).toEqual([])

    await giveRelation(stage, STRANGER)
    await resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'The relation is mended.' })
    await stage.until(operation.id, 'succeeded')
    expect(owners(stage)).toEqual([STRANGER])
  })

  it('says which number the panel gives the customer instead', async () => {
    await giveRelation(stage, 1)
    stage.startWorker()
    expect(await stage.until((await stage.order()).operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'owner_number_changed', params: { ownerId: STRANGER, foundId: 1 } } })
    expect(owners(stage)).toEqual([])
  })

  it('hands no server over to the stranger, and none over that he has already', async () => {
    await useThrowAwayUsers(stage)
    stage.startWorker()
    const { operation } = await stage.order()
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ step: 'transfer', diagnosis: { code: 'owner_number_changed' } })
    expect(stage.effects('server.owner-changed')).toBe(0)

    const [server] = stage.simulator.control.state.servers.values()
    if (server) server.ownerId = STRANGER
    await retryOperation(stage.admin, operation.id)
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ step: 'transfer', diagnosis: { code: 'owner_number_changed' } })
    expect(stage.effects('server.build-queued')).toBe(0)
  })

  it('adopts nothing that arrived late for the number: a person sees it', async () => {
    const { operation } = await stage.order()
    await makeByHand(stage, STRANGER)
    const sentAt = new Date().toISOString()
    await remember(stage, operation.id, 'settle', { ownerId: STRANGER, baseline: [], sentAt, settleSince: sentAt })
    stage.startWorker()
    const held = await stage.until(operation.id, 'needs_attention')
    expect(held).toMatchObject({ diagnosis: { code: 'owner_number_changed' }, memory: { candidates: [{ id: 101 }] } })
    expect(await stage.server(held.serverId)).toMatchObject({ virtfusionServerId: null })
    // Nor by a person who takes it for the ordered one.
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'adopt', virtfusionServerId: 101, reason: 'It fits.' })).rejects.toMatchObject({ reason: 'other_owner' })
  })

  it('gives no server back to the number', async () => {
    await giveRelation(stage, STRANGER)
    stage.startWorker()
    const server = await stage.activeServer()
    await giveRelation(stage, 1)
    const stranger = stage.simulator.control.state.users.get(STRANGER)
    if (stranger) stranger.extRelationId = null
    const [remote] = stage.simulator.control.state.servers.values()
    if (remote) remote.ownerId = 1
    const { id } = await stage.ask(server.id, 'transfer', { fromOwnerId: 1, ownerId: STRANGER, ownerMode: 'customer' })
    expect(await stage.until(id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'owner_number_changed' } })
    expect(owners(stage)).toEqual([1])
  })
})

describe('a token that may not find users', () => {
  it('leaves nobody to ask: orders go to the number that is stored', async () => {
    const stage = await openCustomerStage({ token: RESTRICTED_TOKEN })
    await know(stage, STRANGER)
    stage.startWorker()
    await stage.until((await stage.order({ operatingSystemId: null })).operation.id, 'succeeded')
    expect(owners(stage)).toEqual([STRANGER])
  })
})

describe('what the panel brings back', () => {
  it('is adopted by no order when it is a server that we had deleted: it was another order\'s', async () => {
    const stage = await openCustomerStage()
    await know(stage, STRANGER)
    await giveRelation(stage, STRANGER)
    const { operation } = await stage.order()
    await makeByHand(stage, STRANGER)
    const [remote] = stage.simulator.control.state.servers.values()
    const { server: former, operation: formerOrder } = await stage.order()
    await stage.services.db.operation.update({ where: { id: formerOrder.id }, data: { state: 'succeeded' } })
    await stage.services.db.server.update({ where: { id: former.id }, data: { lifecycle: 'deleted', virtfusionServerId: 101, virtfusionUuid: remote?.uuid ?? null } })
    const sentAt = new Date().toISOString()
    await remember(stage, operation.id, 'settle', { ownerId: STRANGER, baseline: [], sentAt, settleSince: sentAt })
    stage.startWorker()
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'create_none_found' } })
    expect(await stage.server(operation.serverId)).toMatchObject({ virtfusionServerId: null })
  })
})

describe('a number that the panel gives to another server', () => {
  /** A server of ours that the panel has lost; the one that stands under its number now is new. */
  async function openWithGhost(): Promise<{ stage: Stage, ghostId: string, orderId: string, serverId: string }> {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { server: ghost, operation: former } = await stage.order()
    await stage.services.db.operation.update({ where: { id: former.id }, data: { state: 'succeeded' } })
    await stage.services.db.server.update({ where: { id: ghost.id }, data: { lifecycle: 'active', virtfusionServerId: 101, virtfusionUuid: 'lost-with-the-backup', virtfusionOwnerId: 2, vanishedAt: new Date() } })
    const { operation } = await stage.order()
    await makeByHand(stage, 2)
    const sentAt = new Date().toISOString()
    await remember(stage, operation.id, 'settle', { ownerId: 2, baseline: [], baselineMarks: [], sentAt, settleSince: sentAt })
    return { stage, ghostId: ghost.id, orderId: operation.id, serverId: operation.serverId }
  }

  it('does not hide that one: a person sees it, and the order is not sent a second time', async () => {
    const { stage, orderId } = await openWithGhost()
    stage.startWorker()
    expect(await stage.until(orderId, 'needs_attention')).toMatchObject({ diagnosis: { code: 'create_unclear_candidate' }, memory: { candidates: [{ id: 101, differences: [{ code: 'number_held' }] }] } })
    await expect(resolveOperation(stage.admin, orderId, { decision: 'retry', reason: 'Nothing came.' })).rejects.toMatchObject({ reason: 'candidate_exists' })
    await expect(resolveOperation(stage.admin, orderId, { decision: 'adopt', virtfusionServerId: 101, reason: 'It is the one.' })).rejects.toMatchObject({ reason: 'number_held' })
  })

  it('is free once the lost one is deleted here, which touches nothing at the panel; then the new one can be adopted', async () => {
    const { stage, ghostId, orderId, serverId } = await openWithGhost()
    stage.startWorker()
    await stage.until(orderId, 'needs_attention')
    await stage.until((await stage.ask(ghostId, 'delete')).id, 'succeeded')
    expect(await stage.server(ghostId)).toMatchObject({ lifecycle: 'deleted' })
    expect(stage.simulator.control.state.servers.get(101)).toMatchObject({ deleteLevel: 0 })

    await resolveOperation(stage.admin, orderId, { decision: 'adopt', virtfusionServerId: 101, reason: 'It is the one.' })
    await stage.until(orderId, 'succeeded')
    expect(await stage.server(serverId)).toMatchObject({ virtfusionServerId: 101, lifecycle: 'active' })
  })

  it('counts for new although the owner had a server of that number before the order was sent', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await stage.order()
    await makeByHand(stage, 2)
    const sentAt = new Date().toISOString()
    await remember(stage, operation.id, 'settle', { ownerId: 2, baseline: [101], baselineMarks: ['00000000'], sentAt, settleSince: sentAt })
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(operation.serverId)).toMatchObject({ virtfusionServerId: 101 })
  })
})

describe('a throw-away user that the panel has lost', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    await useThrowAwayUsers(stage)
  })

  it('is made anew when nothing was sent for it yet: what its number has by now is a stranger\'s', async () => {
    const { operation } = await stage.order()
    await makeByHand(stage, STRANGER)
    await remember(stage, operation.id, 'intend', { ownerId: STRANGER, escrow: { relation: 'lost with the backup', recipientId: 1 } })
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(operation.serverId)).toMatchObject({ virtfusionServerId: 102 })
    expect(stage.simulator.control.state.servers.get(101)).toMatchObject({ ownerId: STRANGER })
  })

  it('leaves its number to a stranger, whose server no order takes: neither while it looks nor at its last look', async () => {
    const { operation } = await stage.order()
    await makeByHand(stage, STRANGER)
    const sentAt = new Date().toISOString()
    await remember(stage, operation.id, 'settle', { ownerId: STRANGER, sentAt, settleSince: sentAt, escrow: { relation: 'lost with the backup', recipientId: 1 } })
    stage.startWorker()
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ step: 'fence', diagnosis: { code: 'escrow_user_changed', params: { ownerId: STRANGER } } })
    expect(stage.simulator.control.state.servers.get(101)).toMatchObject({ ownerId: STRANGER })
    // The page must not say that whatever this user has came of the order.
    expect((await getOperation(stage.admin, operation.id)).attention).toMatchObject({ ownerId: STRANGER, recipientId: null })

    await resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'That server is a stranger\'s.' })
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(operation.serverId)).toMatchObject({ virtfusionServerId: 102 })
    expect(stage.simulator.control.state.servers.get(101)).toMatchObject({ ownerId: STRANGER })
  })
})

describe('a lost request that a fence has ended', () => {
  const FENCED = { ownerId: STRANGER, sentAt: new Date().toISOString(), epoch: '' }
  let stage: Stage
  let orderId: string
  beforeEach(async () => {
    stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    await useThrowAwayUsers(stage)
    orderId = (await stage.order()).operation.id
    await remember(stage, orderId, 'prepare', { firstFenced: FENCED })
  })

  /** Safe mode was entered because of it, and left. */
  const restore = () => stage.services.db.panelIdentity.upsert({ where: { id: 'default' }, create: { id: 'default', origin: stage.simulator.url, safeModeLeftAt: new Date() }, update: { safeModeLeftAt: new Date() } })

  it('stops its order for a person once the panel was put back: whoever has that number would let the request in', async () => {
    await restore()
    stage.startWorker()
    expect(await stage.until(orderId, 'needs_attention')).toMatchObject({ diagnosis: { code: 'escrow_fence_void', params: { ownerId: STRANGER } } })
    expect(owners(stage)).toEqual([])

    await resolveOperation(stage.admin, orderId, { decision: 'retry', reason: 'Nothing came for an hour.' })
    await stage.until(orderId, 'succeeded')
    expect(owners(stage)).toHaveLength(1)
  })

  it('shows a person what that number has by now, which is no server of this order\'s to adopt and keeps nobody from trying again', async () => {
    await restore()
    await makeByHand(stage, STRANGER)
    stage.startWorker()
    await stage.until(orderId, 'needs_attention')
    expect((await getOperation(stage.admin, orderId)).attention).toMatchObject({ sentAt: FENCED.sentAt, ownerId: STRANGER, recipientId: null })
    expect(await lookAtOperation(stage.admin, orderId)).toMatchObject({
      diagnosis: null, retryRefusal: null, now: { servers: [{ virtfusionServerId: 101, isNew: true, boundTo: null, canAdopt: false }] },
    })
    await expect(resolveOperation(stage.admin, orderId, { decision: 'adopt', virtfusionServerId: 101, reason: 'It came late.' })).rejects.toMatchObject({ reason: 'other_owner' })
  })

  it('stops nothing while the panel is the one that it was sent to', async () => {
    stage.startWorker()
    await stage.until(orderId, 'succeeded')
  })
})

describe('a number that a customer has lost', () => {
  it('is no other customer\'s for two hours: what was sent for the first may still arrive', async () => {
    const stage = await openCustomerStage()
    const key = { virtfusionUserId: 3, customerId: stage.admin.user.id }
    await stage.services.db.formerPanelUser.create({ data: key })
    stage.startWorker()
    const { operation } = await stage.order()
    expect(await stage.until(operation.id, 'waiting')).toMatchObject({ diagnosis: { code: 'owner_number_given_again', params: { ownerId: 3 } } })
    expect(owners(stage)).toEqual([])

    await stage.services.db.formerPanelUser.update({ where: { virtfusionUserId_customerId: key }, data: { forgottenAt: HOURS_AGO } })
    await retryOperation(stage.admin, operation.id)
    await stage.until(operation.id, 'succeeded')
    expect(owners(stage)).toEqual([3])
  })

  it('is his own again at once', async () => {
    const stage = await openCustomerStage()
    await stage.services.db.formerPanelUser.create({ data: { virtfusionUserId: 3, customerId: stage.customerId } })
    stage.startWorker()
    await stage.until((await stage.order()).operation.id, 'succeeded')
    expect(owners(stage)).toEqual([3])
  })

  it('is no throw-away user\'s: its servers would look like the order\'s', async () => {
    const stage = await openStage()
    await useThrowAwayUsers(stage)
    await stage.services.db.formerPanelUser.create({ data: { virtfusionUserId: 3, customerId: stage.customerId, forgottenAt: HOURS_AGO } })
    stage.startWorker()
    await stage.until((await stage.order()).operation.id, 'succeeded')
    expect(await stage.services.db.escrowUser.findMany()).toMatchObject([{ virtfusionUserId: 4 }])
  })

  it('does not keep the order from him that stood for a throw-away user of that number: it would wait for itself for ever', async () => {
    const stage = await openCustomerStage()
    await useThrowAwayUsers(stage)
    const { operation } = await stage.order()
    const relation = 'made before the backup'
    await stage.services.db.escrowUser.create({ data: { relation, virtfusionUserId: 3, operationId: operation.id } })
    await remember(stage, operation.id, 'intend', { ownerId: 3, escrow: { relation, recipientId: STRANGER } })
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { ownerLock: 3 } })
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
    expect(owners(stage)).toEqual([3])
  })
})
