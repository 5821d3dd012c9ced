import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { cancelOperation } from '../../../server/domains/operations/cancel-operation.ts'
import { changeOperation } from '../../../server/domains/operations/change-operation.ts'
import { getOperation } from '../../../server/domains/operations/get-operation.ts'
import { listOperations } from '../../../server/domains/operations/list-operations.ts'
import { loadOperation } from '../../../server/domains/operations/load-operation.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import { renameServer } from '../../../server/domains/servers/rename-server.ts'
import { OperationDetailSchema, OperationListSchema } from '#shared/schemas/operations.ts'
import { AcceptedDecisionSchema } from '#shared/schemas/servers.ts'
import { BROKEN_IMAGE, DEBIAN, openStage, outlastFormerBuild, RESTRICTED_TOKEN, type Stage } from '../engine/support.ts'

const lose = (stage: Stage, kind: 'drop-before-effect' | 'drop-after-effect') => stage.simulator.control.faults.add({ times: 1, operation: 'POST /servers', kind })

function makeByHand(stage: Stage, body: object) {
  return fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

/** A create that was lost before its effect and stands in front of a person. */
async function undecided(stage: Stage) {
  lose(stage, 'drop-before-effect')
  stage.startWorker()
  const order = await stage.order()
  await stage.until(order.operation.id, 'needs_attention')
  return order
}

describe('deciding about a create whose effect nobody knows', () => {
  it('shows when it was sent, what the owner had, and who waits behind it', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    const behind = await stage.order()
    await stage.until(behind.operation.id, 'waiting')
    const detail = OperationDetailSchema.parse(await getOperation(stage.admin, operation.id))
    expect(detail).toMatchObject({ state: 'needs_attention', canResolve: true, canRetry: false, canCancel: false, attention: { ownerId: 2, baseline: [], candidates: [], waitingBehind: { count: 1 } } })
    expect(detail.attention?.waitingBehind.orders).toEqual([expect.objectContaining({
      operationId: behind.operation.id, server: expect.objectContaining({ reference: behind.server.reference }), customer: expect.objectContaining({ name: 'Some customer' }),
    })])
    expect(detail.events.at(-1)?.text).toBe('Stopped, somebody has to look at it. The new server was not found.')
    expect(detail.steps.find((step) => step.name === 'settle')?.status).toBe('failed')
    expect(detail.attention?.askedAt).toBe(detail.events.at(-1)?.createdAt)
  })

  it('shows what was sent and what came back, as the log keeps it', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    const { attention } = await getOperation(stage.admin, operation.id)
    expect(attention?.sent).toEqual([expect.objectContaining({
      method: 'POST', path: '/servers', requestBody: expect.objectContaining({ packageId: 1, userId: 2, hypervisorId: 1 }), responseBody: null, httpStatus: null, outcome: 'unknown', effect: 'unknown',
    })])
    expect(attention?.expected).toMatchObject({ ownerId: 2, groupId: 1, bornAfter: expect.any(String) })
  })

  it('lets nothing be sent again or adopted in safe mode: another panel, or an older state of it, shows nothing of what was made', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    const safeModeSince = new Date()
    await stage.services.db.panelIdentity.upsert({ where: { id: 'default' }, create: { id: 'default', origin: stage.simulator.url, safeModeSince }, update: { safeModeSince } })
    const decide = (decision: 'retry' | 'adopt' | 'abandon') => resolveOperation(stage.admin, operation.id, { decision, reason: 'It is not in the list', ...(decision === 'adopt' ? { virtfusionServerId: 101 } : {}) })
    await expect(decide('retry')).rejects.toMatchObject({ reason: 'safe_mode' })
    await expect(decide('adopt')).rejects.toMatchObject({ reason: 'safe_mode' })
    expect(await decide('abandon')).toMatchObject({ state: 'cancelled' })
  })

  it('adopts a server of the owner, frees the next in line, and goes on with the installation', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { server, operation } = await undecided(stage)
    const behind = await stage.order()
    await stage.until(behind.operation.id, 'waiting')
    await makeByHand(stage, { userId: 2, built: false })
    await resolveOperation(stage.admin, operation.id, { decision: 'adopt', virtfusionServerId: 101, reason: 'Seen at the panel' })
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ virtfusionServerId: 101, lifecycle: 'active' })
    await stage.until(behind.operation.id, 'succeeded')
    expect((await stage.server(behind.server.id)).virtfusionServerId).toBe(102)
    expect(await stage.services.db.auditEvent.findFirst({ where: { action: 'operation.resolved' } })).toMatchObject({ entityId: operation.id, after: { decision: 'adopt', reason: 'Seen at the panel', virtfusionServerId: 101 } })
  })

  it('refuses to adopt what is not there, what is somebody else\'s, and what is bound already', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    stage.startWorker()
    const bound = await stage.activeServer()
    lose(stage, 'drop-before-effect')
    const { operation } = await stage.order()
    await stage.until(operation.id, 'needs_attention')
    await makeByHand(stage, { userId: 1, built: false })
    const adopt = (virtfusionServerId: number) => resolveOperation(stage.admin, operation.id, { decision: 'adopt', virtfusionServerId, reason: 'Trying' })
    await expect(adopt(999)).rejects.toMatchObject({ code: 'invalid_input', fields: { virtfusionServerId: 'The panel has no server 999.' } })
    await expect(adopt(102)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(adopt(bound.virtfusionServerId ?? 0)).rejects.toMatchObject({ reason: 'already_bound' })
    await stage.services.db.server.update({ where: { id: bound.id }, data: { lifecycle: 'deleted' } })
    await expect(adopt(bound.virtfusionServerId ?? 0), 'back with its panel after we had deleted it').rejects.toMatchObject({ reason: 'already_bound' })
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'needs_attention', ownerLock: 2 })
  })

  it('refuses to adopt a server that was there before the order was sent', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    await makeByHand(stage, { userId: 2, built: false })
    const { operation } = await undecided(stage)
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'adopt', virtfusionServerId: 101, reason: 'Looks alike' }))
      .rejects.toMatchObject({ code: 'invalid_input', fields: { virtfusionServerId: expect.stringContaining('was there before') } })
  })

  it('refuses to try again while a new server of this owner belongs to nobody, even one that differs', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    await makeByHand(stage, { userId: 2, packageId: 2 })
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'It never happened' })).rejects.toMatchObject({ reason: 'candidate_exists', message: expect.stringContaining('101') })
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'needs_attention', ownerLock: 2 })
    expect(await stage.services.db.auditEvent.count({ where: { action: 'operation.resolved' } })).toBe(0)
  })

  it('refuses to try again while the panel does not answer, and says why', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    stage.simulator.control.faults.add({ operation: 'GET /servers/user/{id}', kind: 'status', status: 503, body: {}, headers: {} })
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'It never happened' })).rejects.toMatchObject({ code: 'panel_unavailable', diagnosis: { code: expect.any(String) } })
    expect(stage.effects('server.created')).toBe(0)
  })

  it('refuses to try again while the token may not list: nobody can tell what is there', async () => {
    const stage = await openStage({}, { token: RESTRICTED_TOKEN })
    lose(stage, 'drop-after-effect')
    stage.startWorker()
    const { operation } = await stage.order()
    await stage.until(operation.id, 'needs_attention')
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'Hope' })).rejects.toMatchObject({ code: 'panel_unavailable', diagnosis: { code: 'forbidden' } })
    expect(stage.effects('server.created')).toBe(1)
  })

  it('refuses to try again while the server that the answer named is still at the panel', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    await makeByHand(stage, { userId: 1, built: false })
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { diagnosis: { code: 'create_foreign_answer', params: { expected: 2, actual: 1, virtfusionServerId: 101 } } } })
    const retry = () => resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'It went to somebody else' })
    await expect(retry()).rejects.toMatchObject({ reason: 'answered_server_exists' })
    expect((await getOperation(stage.admin, operation.id)).evidence).toContainEqual({ label: 'Owner at the panel', expected: '2', found: '1' })
    stage.simulator.control.state.servers.delete(101)
    expect(await retry()).toMatchObject({ attention: null })
  })

  it('builds nothing on a server of another size than was ordered, shows in what it differs, and goes on once a person has adopted it', async () => {
    const stage = await openStage()
    stage.simulator.control.faults.add({
      operation: 'POST /servers', kind: 'status', status: 201, afterEffect: true,
      body: { data: { id: 101, uuid: '6a1ff1a0-0000-4000-8000-000000000000', ownerId: 2, commissionStatus: 0, hypervisor: { groupId: 1 }, settings: { resources: { memory: 512, storage: 10, cpuCores: 1, traffic: 0 } } } },
    })
    stage.startWorker()
    const { server, operation } = await stage.order({ features: { virtfusion_memory: 2048 } })
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'create_other_answer', params: { virtfusionServerId: 101 } } })
    expect(await stage.server(server.id)).toMatchObject({ virtfusionServerId: null })
    expect(stage.effects('server.build-queued')).toBe(0)
    expect((await getOperation(stage.admin, operation.id)).attention?.candidates).toMatchObject([
      { virtfusionServerId: 101, canAdopt: true, differences: [{ code: 'memory', expected: 2048, actual: 512 }] },
    ])
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'Too small' })).rejects.toMatchObject({ reason: 'answered_server_exists' })
    await resolveOperation(stage.admin, operation.id, { decision: 'adopt', virtfusionServerId: 101, reason: 'Corrected at the panel' })
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
  })

  it('refuses to try again while a server stands there that is exactly what was ordered', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    await makeByHand(stage, { userId: 2, built: false })
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'It never happened' })).rejects.toMatchObject({ reason: 'candidate_exists' })
    expect(stage.effects('server.created')).toBe(0)
  })

  it('tries again with a new attempt once a person says that nothing was made', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    await resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'Nothing at the panel' })
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(await stage.services.db.provisioningLog.count({ where: { operationId: operation.id, action: 'servers.create' } })).toBe(2)
  })

  it('abandons the order, keeps the row, and frees the owner', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { server, operation } = await undecided(stage)
    const detail = await resolveOperation(stage.admin, operation.id, { decision: 'abandon', reason: 'Ordered by mistake' })
    expect(detail).toMatchObject({ state: 'cancelled', attention: null })
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'failed' })
    const after = await stage.order()
    await stage.until(after.operation.id, 'succeeded')
  })

  it('answers the same request again as the first time, and another one with its key not at all', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { server, operation } = await undecided(stage)
    const idempotencyKey = randomUUID()
    const abandon = () => resolveOperation(stage.admin, operation.id, { decision: 'abandon', reason: 'Ordered by mistake' }, idempotencyKey)
    const answers = await Promise.all([abandon(), abandon()])
    answers.push(await abandon())
    for (const answer of answers) {
      expect(AcceptedDecisionSchema.parse(answer)).toEqual(answer)
      expect(answer).toMatchObject({ id: operation.id, state: 'cancelled', operation: { id: operation.id, state: 'cancelled' }, server: { id: server.id, lifecycle: 'failed', customer: { email: expect.any(String) } } })
    }
    expect(await stage.services.db.operationEvent.count({ where: { operationId: operation.id, code: 'abandoned_by_person' } })).toBe(1)
    const other = resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'Once more' }, idempotencyKey)
    await expect(other).rejects.toMatchObject({ reason: 'idempotency_key_reused' })
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'abandon', reason: 'Again' }, randomUUID())).rejects.toMatchObject({ reason: 'operation_state_conflict' })
  })

  it('lets only one of two decisions at once through', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    const decide = () => resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'Both of us' })
    const results = await Promise.allSettled([decide(), decide()])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
  })
})

describe('retrying', () => {
  it('of a failed installation installs again and never creates again', async () => {
    const stage = await openStage()
    stage.startWorker()
    const { server, operation } = await stage.order({ operatingSystemId: BROKEN_IMAGE })
    await outlastFormerBuild(stage, operation.id)
    await stage.until(operation.id, 'failed')
    const broken = stage.simulator.control.state.templates.get(BROKEN_IMAGE)
    if (broken) stage.simulator.control.state.templates.set(BROKEN_IMAGE, { ...broken, isBroken: false })
    await retryOperation(stage.admin, operation.id)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    // Two before anybody was asked, and the one that was asked for.
    expect(stage.effects('server.build-queued')).toBe(3)
    expect((await stage.server(server.id)).lifecycle).toBe('active')
  })

  it('of a refused order begins again from the start', async () => {
    const stage = await openStage()
    stage.startWorker()
    const { server, operation } = await stage.order({ features: { virtfusion_package_id: 9 } })
    await stage.until(operation.id, 'failed')
    const sold = stage.simulator.control.state.packages.get(9)
    if (sold) stage.simulator.control.state.packages.set(9, { ...sold, enabled: true })
    const idempotencyKey = randomUUID()
    expect(await retryOperation(stage.admin, operation.id, idempotencyKey)).toMatchObject({ attempt: 0, operation: { id: operation.id, attempt: 0 }, server: { id: server.id } })
    await stage.until(operation.id, 'succeeded')
    expect(await retryOperation(stage.admin, operation.id, idempotencyKey)).toMatchObject({ operation: { id: operation.id, state: 'succeeded' } })
    expect((await stage.server(server.id)).lifecycle).toBe('active')
  })

  it('of a waiting one goes on at once', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const rule = stage.simulator.control.faults.add({ operation: 'POST /servers/{id}/suspend', kind: 'status', status: 423, body: { msg: 'busy' }, headers: {} })
    const operation = await stage.ask(server.id, 'suspend')
    await stage.until(operation.id, 'waiting')
    stage.simulator.control.faults.remove(rule.id)
    await stage.services.db.operation.updateMany({ where: { id: operation.id, state: 'waiting' }, data: { nextAttemptAt: new Date(Date.now() + 3_600_000) } })
    await retryOperation(stage.admin, operation.id)
    await stage.until(operation.id, 'succeeded')
  })

  it('refuses what is over', async () => {
    const stage = await openStage()
    stage.startWorker()
    const { operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')
    await expect(retryOperation(stage.admin, operation.id)).rejects.toMatchObject({ reason: 'operation_state_conflict' })
  })
})

describe('trying a failed order again', () => {
  it('is refused when its server was deleted meanwhile: the panel would make one for nobody', async () => {
    const stage = await openStage()
    const { server, operation } = await stage.order()
    await cancelOperation(stage.admin, operation.id)
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { state: 'failed' } })
    const seen = await loadOperation(stage.services.db, operation.id)
    stage.startWorker()
    await stage.until((await stage.ask(server.id, 'delete')).id, 'succeeded')
    // Judged before the deletion ended, written after it.
    await expect(changeOperation(stage.admin, seen, { state: 'queued', step: 'prepare', event: { code: 'retried_by_person' }, audit: { action: 'operation.retried' } })).rejects.toMatchObject({ reason: 'operation_state_conflict' })
  })
})

describe('cancelling', () => {
  it('takes a scheduled deletion back to the last second, and says so', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const operation = await stage.ask(server.id, 'delete', {}, new Date(Date.now() + 60_000))
    expect(await cancelOperation(stage.admin, operation.id)).toMatchObject({ state: 'cancelled' })
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', deletionDueAt: null, deletionRequestedAt: null })
    const notes = await stage.services.db.notification.findMany({ where: { userId: stage.customerId }, orderBy: { createdAt: 'asc' } })
    expect(notes.map((note) => note.code)).toEqual(['server_ready', 'deletion_scheduled', 'deletion_cancelled'])
    await stage.until((await stage.ask(server.id, 'delete')).id, 'succeeded')
  })

  it('of a rename that was not sent gives the server its former name back', async () => {
    const stage = await openStage()
    const worker = stage.startWorker()
    const server = await stage.activeServer()
    await worker.stop()
    const { operation } = await renameServer(stage.admin, { serverId: server.id, idempotencyKey: null }, { name: 'shop' })
    await cancelOperation(stage.admin, operation?.id ?? '')
    expect(await stage.server(server.id)).toMatchObject({ name: server.name })
  })

  it('of an order that did not begin leaves a failed server that can be deleted', async () => {
    const stage = await openStage()
    const { server, operation } = await stage.order()
    expect((await getOperation(stage.admin, operation.id)).canCancel).toBe(true)
    await cancelOperation(stage.admin, operation.id)
    expect((await stage.server(server.id)).lifecycle).toBe('failed')
    stage.startWorker()
    await stage.until((await stage.ask(server.id, 'delete')).id, 'succeeded')
    expect(stage.effects('server.created')).toBe(0)
  })

  it('of an order whose server stands at the panel without its system leaves a failed server that can be deleted', async () => {
    const stage = await openStage()
    stage.simulator.control.faults.add({ operation: 'POST /servers/{id}/build', kind: 'drop-before-effect', times: 1 })
    stage.startWorker()
    const { server, operation } = await stage.order({ operatingSystemId: DEBIAN })
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'install_never_began' } })
    await cancelOperation(stage.admin, operation.id)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'failed', virtfusionServerId: 101 })
    await stage.until((await stage.ask(server.id, 'delete')).id, 'succeeded')
    expect(stage.simulator.control.state.servers.size).toBe(0)
  })

  it('is refused once the panel was asked', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '600' })
    lose(stage, 'drop-before-effect')
    stage.startWorker()
    const { operation } = await stage.order({ operatingSystemId: DEBIAN })
    await stage.until(operation.id, 'waiting')
    await expect(cancelOperation(stage.admin, operation.id)).rejects.toMatchObject({ reason: 'operation_state_conflict' })
  })
})

describe('an operation that stands for another reason', () => {
  it('lays side by side what was expected and found, and says what may be done', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const remote = stage.simulator.control.state.servers.get(server.virtfusionServerId ?? 0)
    if (remote) remote.uuid = '00000000-0000-4000-8000-00000000beef'
    const operation = await stage.ask(server.id, 'suspend')
    await stage.until(operation.id, 'needs_attention')
    const detail = OperationDetailSchema.parse(await getOperation(stage.admin, operation.id))
    expect(detail).toMatchObject({ diagnosis: { code: 'uuid_mismatch' }, attention: null, canResolve: false, canRetry: true, retryRefusal: null, canCancel: true, cancelRefusal: null })
    expect(detail.evidence).toContainEqual({ label: 'Identity (uuid)', expected: server.virtfusionUuid, found: '00000000-0000-4000-8000-00000000beef' })
  })

  it('says why it can\'t be cancelled', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '600' })
    lose(stage, 'drop-before-effect')
    stage.startWorker()
    const { operation } = await stage.order()
    await stage.until(operation.id, 'waiting')
    expect(await getOperation(stage.admin, operation.id)).toMatchObject({ canCancel: false, cancelRefusal: 'The panel was asked already. Wait for its answer.', evidence: [] })
  })
})

describe('the list of operations', () => {
  it('pages by cursor, newest first, and filters', async () => {
    const stage = await openStage()
    const orders = [await stage.order(), await stage.order(), await stage.order()]
    const first = OperationListSchema.parse(await listOperations(stage.admin, { limit: 2 }))
    expect(first.items.map((item) => item.id)).toEqual([orders[2]?.operation.id, orders[1]?.operation.id])
    const second = await listOperations(stage.admin, { limit: 2, cursor: first.nextCursor ?? '' })
    expect(second.items.map((item) => item.id)).toEqual([orders[0]?.operation.id])
    expect(second.nextCursor).toBeNull()
    expect((await listOperations(stage.admin, { limit: 50, state: 'failed' })).items).toEqual([])
    expect((await listOperations(stage.admin, { limit: 50, serverId: orders[0]?.server.id ?? '' })).items).toHaveLength(1)
  })
})
