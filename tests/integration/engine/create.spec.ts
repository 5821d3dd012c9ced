import { describe, expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { advanceOperation } from '../../../server/engine/advance-operation.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { reconcile } from '../../../server/engine/reconcile.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import { BROKEN_IMAGE, openStage, outlastFormerBuild, RESTRICTED_TOKEN, waitFor, WITH_WAIT, type Stage } from './support.ts'

const fault = (stage: Stage, rule: Parameters<Stage['simulator']['control']['faults']['add']>[0]) => stage.simulator.control.faults.add({ times: 1, operation: 'POST /servers', ...rule })

/** As if the worker had been paused past its lease while its create call is under way: another one takes over. */
async function loseLease(stage: Stage, operationId: string): Promise<void> {
  const { db } = stage.services
  await waitFor('the attempt', async () => ({ value: await db.provisioningLog.findFirst({ where: { operationId, action: 'servers.create' } }), seen: 'no attempt' }))
  await db.operation.update({ where: { id: operationId }, data: { leaseToken: { increment: 1 }, leaseExpiresAt: new Date(Date.now() - 1_000) } })
  await advanceOperation(engineOf(stage.services), operationId)
}

async function timeline(stage: Stage, operationId: string): Promise<string[]> {
  const events = await stage.services.db.operationEvent.findMany({ where: { operationId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  return events.map(({ code, step }) => (code === 'step_begun' ? step : code))
}

describe('the panel\'s own answer', () => {
  it('is bound although the database stumbles right after it: where the token may not list, nothing else tells of that server', async () => {
    const stage = await openStage()
    const { server, operation } = await stage.order()
    const engine = engineOf(stage.services)
    const broken = () => Promise.reject(new Error('the connection broke'))
    const isMade = () => stage.effects('server.created') > 0
    let stumbles = 2
    const store = { ...engine.store, findBound: (...args: Parameters<typeof engine.store.findBound>) => (isMade() && stumbles-- > 0 ? broken() : engine.store.findBound(...args)) }
    const health: typeof engine.health = { ...engine.health, note: (...args) => (isMade() ? broken() : engine.health.note(...args)) }
    for (let turn = 0; turn < 5 && !isMade(); turn++) await advanceOperation({ ...engine, store, health }, operation.id)
    expect(stumbles).toBeLessThan(0)
    expect(await stage.server(server.id)).toMatchObject({ virtfusionServerId: 101 })
    expect((await stage.services.db.operationEvent.findMany({ where: { operationId: operation.id } })).map(({ code }) => code)).not.toContain('effect_unknown')
  })
})

describe('creating a server', () => {
  it('goes from the order to an active server, bound, observed, with a row for every call', async () => {
    const stage = await openStage({}, WITH_WAIT)
    stage.startWorker()
    const { server, operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')

    const row = await stage.server(server.id)
    expect(row).toMatchObject({ lifecycle: 'active', virtfusionServerId: 101, virtfusionOwnerId: 2, power: 'running', memoryMb: 1024, storageGb: 20, cpuCores: 1 })
    expect(row.ipv4).toHaveLength(1)
    expect(stage.effects('server.created')).toBe(1)
    expect(stage.effects('server.build-queued')).toBe(1)
    expect(stage.simulator.control.state.servers.get(101)).toMatchObject({ name: server.name, uuid: row.virtfusionUuid })
    const logs = await stage.services.db.provisioningLog.findMany({ where: { operationId: operation.id }, orderBy: { createdAt: 'asc' }, omit: { sequence: true } })
    expect(logs.every((log) => log.completedAt !== null && log.outcome === 'ok' && log.requestId === operation.requestId)).toBe(true)
    const actions = logs.map((log) => log.action)
    expect(actions.slice(0, 2)).toEqual(['servers.listByUser', 'servers.create'])
    // Before the build it was read. When a read began is told with the end of its step, some milliseconds off on a busy machine.
    expect(actions.slice(2, 4).toSorted()).toEqual(['servers.build', 'servers.get'])
    expect(logs.find((log) => log.action === 'servers.create')).toMatchObject({ effect: 'done', httpStatus: 201, requestBody: { packageId: 1, userId: 2, hypervisorId: 1, ipv4: 1 } })
    expect(JSON.stringify(logs)).not.toMatch(/"decryptedPassword":"(?!\[redacted)/)
    const notes = await stage.services.db.notification.findMany({ where: { userId: stage.customerId } })
    expect(notes.map((note) => note.code)).toEqual(['server_ready'])
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ ownerLock: null, progress: 100, claims: 0 })
  })

  it('makes an unbuilt server when no template is named, and gives it its name', async () => {
    const stage = await openStage()
    stage.startWorker()
    const { server, operation } = await stage.order({ operatingSystemId: null })
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.build-queued')).toBe(0)
    expect(stage.simulator.control.state.servers.get(101)?.name).toBe(server.name)
  })

  it('finds the one server after an answer was lost behind its effect, and makes no second', async () => {
    const stage = await openStage()
    fault(stage, { kind: 'drop-after-effect' })
    stage.startWorker()
    const { server, operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionServerId: 101 })
    expect(await timeline(stage, operation.id)).toEqual(expect.arrayContaining(['effect_unknown', 'settle', 'adopted', 'install', 'succeeded']))
  })

  it('takes an HTML page from a proxy for no answer at all, whatever its status', async () => {
    const stage = await openStage()
    fault(stage, { kind: 'html', status: 403, afterEffect: true })
    stage.startWorker()
    const { server, operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect((await stage.server(server.id)).virtfusionServerId).toBe(101)
  })

  it.each(['truncate', 'wrong-length'] as const)('settles an answer that came %s by looking', async (kind) => {
    const stage = await openStage()
    fault(stage, { kind })
    stage.startWorker()
    const { operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
  })

  it('asks a person when the call was lost before its effect, and sends nothing again', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '2' })
    fault(stage, { kind: 'drop-before-effect' })
    stage.startWorker()
    const { server, operation } = await stage.order()
    const held = await stage.until(operation.id, 'needs_attention')
    expect(held).toMatchObject({ step: 'settle', ownerLock: 2, diagnosis: { code: 'create_none_found' } })
    expect(stage.effects('server.created')).toBe(0)
    expect((await stage.server(server.id)).lifecycle).toBe('provisioning')
    const notes = await stage.services.db.notification.findMany({ where: { userId: stage.admin.user.id } })
    expect(notes.map((note) => note.code)).toEqual(['provisioning_needs_attention'])
  })

  it('asks a person when two new servers fit, and shows both', async () => {
    const stage = await openStage()
    const { simulator } = stage
    fault(stage, { kind: 'duplicate' })
    fault(stage, { kind: 'drop-after-effect' })
    stage.startWorker()
    const { operation } = await stage.order()
    const held = await stage.until(operation.id, 'needs_attention')
    expect(held.diagnosis).toMatchObject({ code: 'create_several_candidates', params: { count: 2 } })
    expect(simulator.control.state.servers.size).toBe(2)
  })

  it('never takes a server that was there before, or that somebody built by hand, for its own', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '2' })
    const byHand = (body: object) => fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    await byHand({ userId: 2, built: false })
    fault(stage, { kind: 'drop-before-effect' })
    stage.startWorker()
    const { operation } = await stage.order()
    await waitFor('settle', async () => {
      const row = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
      return { value: row.step === 'settle' ? row : null, seen: row.step }
    })
    await byHand({ userId: 2, packageId: 2 })
    const held = await stage.until(operation.id, 'needs_attention')
    expect(held.diagnosis).toMatchObject({ code: 'create_unclear_candidate' })
    expect(held.memory).toMatchObject({ baseline: [101], candidates: [{ id: 102, differences: [{ code: 'memory' }, { code: 'storage' }, { code: 'cpu_cores' }, { code: 'built' }] }] })
  })

  it('fails with the key at fault when the panel refuses the order, and frees the owner', async () => {
    const stage = await openStage()
    stage.startWorker()
    const { server, operation } = await stage.order({ features: { virtfusion_hypervisor_id: 77 } })
    const failed = await stage.until(operation.id, 'failed')
    expect(failed).toMatchObject({ ownerLock: null, diagnosis: { code: 'hypervisor_group_unknown', setting: 'virtfusion_hypervisor_id' } })
    expect((await stage.server(server.id)).lifecycle).toBe('failed')
    expect(await stage.services.db.provisioningLog.findFirst({ where: { operationId: operation.id, action: 'servers.create' } })).toMatchObject({ outcome: 'rejected', effect: 'none', httpStatus: 422, code: 'hypervisor_group_unknown' })
  })

  it('waits as the panel asks when it is told to slow down, and then sends once', async () => {
    const stage = await openStage()
    fault(stage, { kind: 'status', status: 429, body: { message: 'Too Many Attempts.' }, headers: { 'Retry-After': '1' } })
    stage.startWorker()
    const { operation } = await stage.order()
    const done = await stage.until(operation.id, 'succeeded')
    expect(done.attempt).toBe(0)
    expect(stage.effects('server.created')).toBe(1)
  })

  it('waits for a busy panel without using up its tries, and comes before a person after half an hour, who may have it sent again', async () => {
    const stage = await openStage()
    const { db } = stage.services
    const { server, operation } = await stage.order()
    fault(stage, { kind: 'status', status: 423, body: { errors: ['The hypervisor is busy.'] }, times: 36 })
    for (let turn = 0; turn < 36; turn++) {
      await advanceOperation(engineOf(stage.services), operation.id)
      if (turn === 9) expect(await db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'waiting', step: 'intend', attempt: 0, ownerLock: null, diagnosis: { code: 'locked' } })
      await db.operation.updateMany({ where: { id: operation.id, state: 'waiting' }, data: { nextAttemptAt: null } })
    }
    const held = await db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    expect(held).toMatchObject({ state: 'needs_attention', attempt: 0, ownerLock: null, diagnosis: { code: 'create_put_off', params: { status: 423, said: 'The hypervisor is busy.' } } })
    expect((await stage.server(server.id)).lifecycle).toBe('provisioning')
    const sends = await db.provisioningLog.findMany({ where: { operationId: operation.id, action: 'servers.create' } })
    expect(sends).toHaveLength(36)
    expect(sends.every(({ effect, completedAt }) => effect === 'none' && completedAt !== null)).toBe(true)
    expect((await db.notification.findMany({ where: { userId: stage.admin.user.id } })).map(({ code }) => code)).toEqual(['operation_needs_attention'])

    stage.startWorker()
    await resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'The maintenance is over' })
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
  })

  it('keeps no list of what the owner had for a send that certainly came to nothing: what is new there later may be another order\'s', async () => {
    const stage = await openStage()
    fault(stage, { kind: 'status', status: 429, body: { message: 'Too Many Attempts.' }, headers: { 'Retry-After': '60' } })
    stage.startWorker()
    const { operation } = await stage.order()
    const { memory, step, ownerLock } = await stage.until(operation.id, 'waiting')
    expect({ step, ownerLock }).toEqual({ step: 'intend', ownerLock: null })
    expect(memory).not.toHaveProperty('baseline')
    expect(memory).not.toHaveProperty('sentAt')
  })

  it('pauses on a refused token instead of failing, tells the admins once, and goes on once it works', async () => {
    const stage = await openStage()
    const { tokens } = stage.simulator.control
    stage.simulator.control.tokens = []
    const worker = stage.startWorker()
    const orders = [await stage.order(), await stage.order(), await stage.order()]
    for (const { operation } of orders) expect(await stage.until(operation.id, 'waiting')).toMatchObject({ diagnosis: { code: expect.stringMatching(/^(panel_paused|waiting_for_owner)$/) } })
    const health = await stage.services.db.panelHealth.findUniqueOrThrow({ where: { id: 'default' } })
    expect(health.pausedAt).not.toBeNull()
    const notes = await stage.services.db.notification.findMany({ where: { userId: stage.admin.user.id } })
    expect(notes.map((note) => note.code)).toEqual(['panel_refused_credentials'])

    // A call that was refused a moment ago may still be written down.
    await worker.stop()
    stage.simulator.control.tokens = tokens
    await stage.services.db.panelHealth.update({ where: { id: 'default' }, data: { pausedAt: null } })
    for (const { operation } of orders) {
      await stage.services.db.operation.update({ where: { id: operation.id }, data: { nextAttemptAt: null } })
      await stage.services.db.$executeRaw`select graphile_worker.add_job('operation.advance', json_build_object('operationId', ${operation.id}::text), job_key := ${`operation:${operation.id}`})`
    }
    stage.startWorker()
    for (const { operation } of orders) await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(3)
  })

  it('binds with a token that may only create, and says that nothing can be confirmed', async () => {
    const stage = await openStage({}, { token: RESTRICTED_TOKEN })
    stage.startWorker()
    const { server, operation } = await stage.order({ operatingSystemId: null })
    const done = await stage.until(operation.id, 'succeeded', 'failed')
    expect(done).toMatchObject({ state: 'succeeded', diagnosis: { code: 'accepted_unconfirmed' } })
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionServerId: 101 })
  })

  it('installs unread only what was made a moment ago: after hours somebody may have installed it by hand, so a person has to say so', async () => {
    const stage = await openStage()
    const { db, database } = stage.services
    const { server, operation } = await stage.order()
    fault(stage, { operation: 'GET /servers/{id}', kind: 'status', status: 403, body: { errors: ['forbidden'] }, times: 100 })
    fault(stage, { operation: 'POST /servers/{id}/build', kind: 'status', status: 423, body: { errors: ['The hypervisor is busy.'] } })
    await advanceOperation(engineOf(stage.services), operation.id)
    expect(await stage.server(server.id)).toMatchObject({ virtfusionServerId: 101 })
    const hoursAgo = new Date(Date.now() - 3 * 3_600_000).toISOString()
    await database.pool.query("update operations set next_attempt_at = null, memory = jsonb_set(memory, '{freshAt}', to_jsonb($2::text)) where id = $1 and memory ? 'freshAt'", [operation.id, hoursAgo])
    await advanceOperation(engineOf(stage.services), operation.id)
    expect(await db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'needs_attention', step: 'install', diagnosis: { code: 'install_unread' } })
    expect(stage.effects('server.build-queued')).toBe(0)

    stage.startWorker()
    await retryOperation(stage.admin, operation.id)
    expect(await stage.until(operation.id, 'succeeded', 'failed', 'needs_attention')).toMatchObject({ state: 'succeeded', diagnosis: { code: 'accepted_unconfirmed' } })
    expect(stage.effects('server.build-queued')).toBe(1)
  })

  it('asks a person at once when the answer is lost and the token may not list', async () => {
    const stage = await openStage({}, { token: RESTRICTED_TOKEN })
    fault(stage, { kind: 'drop-after-effect' })
    stage.startWorker()
    const { operation } = await stage.order()
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'create_listing_forbidden' }, memory: { sentAt: expect.any(String) } })
    expect(stage.effects('server.created')).toBe(1)
  })

  it.each([
    ['', []],
    [', also when the clock was set back after an attempt before it that came to nothing', [{ outcome: 'rejected', effect: 'none', createdAt: new Date(Date.now() + 3_600_000), completedAt: new Date(Date.now() + 3_600_000) }]],
  ] as const)('takes an attempt that was never completed for sent: after a crash it looks and does not send%s', async (_when, before) => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await stage.order()
    const { db } = stage.services
    await db.operation.update({ where: { id: operation.id }, data: {
      state: 'running', step: 'send', ownerLock: 2, leaseToken: 1n, leaseExpiresAt: new Date(Date.now() - 1000),
      memory: { ...(operation.memory as object), ownerId: 2, baseline: [], baselineAt: new Date().toISOString(), sentAt: new Date().toISOString() },
    } })
    const attempt = { operationId: operation.id, serverId: operation.serverId, action: 'servers.create', method: 'POST', path: '/servers' }
    for (const ending of before) await db.provisioningLog.create({ data: { ...attempt, ...ending } })
    const { id } = await db.provisioningLog.create({ data: attempt })
    stage.startWorker()
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'create_none_found' } })
    expect(stage.effects('server.created')).toBe(0)
    expect(await db.provisioningLog.findUnique({ where: { id } })).toMatchObject({ outcome: 'unknown', effect: 'unknown', code: 'call_outcome_unknown' })
  })

  it('lets a second order of the same owner wait behind an undecided one, and says behind which', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '600' })
    fault(stage, { kind: 'drop-before-effect' })
    stage.startWorker()
    const first = await stage.order()
    await waitFor('settle', async () => {
      const row = await stage.services.db.operation.findUniqueOrThrow({ where: { id: first.operation.id } })
      return { value: row.step === 'settle' && row.state === 'waiting' ? row : null, seen: row.step }
    })
    const second = await stage.order()
    expect(await stage.until(second.operation.id, 'waiting')).toMatchObject({ diagnosis: { code: 'waiting_for_owner', params: { ownerId: 2, reference: first.server.reference } } })
    expect(stage.effects('server.created')).toBe(0)
  })

  it('leaves the try whether the token works to an order that would call: one that waits for another order would use it up for nothing', async () => {
    const stage = await openStage()
    const { db } = stage.services
    const [holder, behind] = [await stage.order(), await stage.order()]
    const worker = stage.startWorker()
    await Promise.all([holder, behind].map(({ operation }) => stage.until(operation.id, 'succeeded')))
    await worker.stop()
    // The second one anew, from where it had its order and no server, behind the first one that nobody has decided about.
    const failedAt = new Date(Date.now() - 60_000)
    await db.panelHealth.update({ where: { id: 'default' }, data: { pausedAt: failedAt, lastFailureAt: failedAt, diagnosis: { code: 'unauthorized', params: { pauses: 'everything' } } } })
    await db.operation.update({ where: { id: holder.operation.id }, data: { state: 'needs_attention', ownerLock: 2 } })
    await db.server.update({ where: { id: behind.server.id }, data: { virtfusionServerId: null, virtfusionUuid: null, lifecycle: 'provisioning' } })
    await db.operation.update({ where: { id: behind.operation.id }, data: { state: 'waiting', step: 'intend' } })
    await advanceOperation(engineOf(stage.services), behind.operation.id)
    expect(await stage.until(behind.operation.id, 'waiting')).toMatchObject({ diagnosis: { code: 'waiting_for_owner' } })
    expect((await db.panelHealth.findUniqueOrThrow({ where: { id: 'default' } })).lastFailureAt).toEqual(failedAt)

    // With the owner free it makes the try, and for want of another within half a minute the next one waits.
    await db.operation.update({ where: { id: holder.operation.id }, data: { ownerLock: null } })
    await db.operation.update({ where: { id: behind.operation.id }, data: { nextAttemptAt: null } })
    await db.panelHealth.update({ where: { id: 'default' }, data: { lastFailureAt: new Date() } })
    await advanceOperation(engineOf(stage.services), behind.operation.id)
    expect(await stage.until(behind.operation.id, 'waiting')).toMatchObject({ diagnosis: { code: 'panel_paused' }, ownerLock: null })
  })

  it('serves many orders of one owner one after the other, each exactly once', async () => {
    const stage = await openStage()
    stage.startWorker()
    const orders = await Promise.all(Array.from({ length: 12 }, () => stage.order()))
    for (const { operation } of orders) await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(12)
    const rows = await stage.services.db.server.findMany({ select: { virtfusionServerId: true } })
    expect(new Set(rows.map((row) => row.virtfusionServerId)).size).toBe(12)
  })

  it('ends at a diagnosis when the build fails, after it was built once more', async () => {
    const stage = await openStage()
    stage.startWorker()
    const { server, operation } = await stage.order({ operatingSystemId: BROKEN_IMAGE })
    await outlastFormerBuild(stage, operation.id)
    const failed = await stage.until(operation.id, 'failed')
    expect(failed).toMatchObject({ diagnosis: { code: 'install_failed' } })
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'failed', virtfusionServerId: 101 })
    expect(stage.effects('server.created')).toBe(1)
    expect(stage.effects('server.build-queued')).toBe(2)
    expect(await stage.services.db.operationEvent.count({ where: { operationId: operation.id, code: 'building_again' } })).toBe(1)
  })

  it('delivers a server whose first build failed, without anybody being asked', async () => {
    const stage = await openStage()
    const { templates } = stage.simulator.control.state
    const image = templates.get(BROKEN_IMAGE)
    if (!image) throw new Error('no image')
    stage.startWorker()
    const { server, operation } = await stage.order({ operatingSystemId: BROKEN_IMAGE })
    await waitFor('the failed build', async () => ({ value: stage.effects('server.build-failed') > 0 || null, seen: 'none' }))
    templates.set(BROKEN_IMAGE, { ...image, isBroken: false })
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active' })
    expect(await stage.services.db.notification.count({ where: { userId: stage.admin.user.id } })).toBe(0)
  })

  it('leaves a failed build to a person where the settings say so', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'create', value: { buildAgain: false } } })
    stage.startWorker()
    const { operation } = await stage.order({ operatingSystemId: BROKEN_IMAGE })
    await stage.until(operation.id, 'failed')
    expect(stage.effects('server.build-queued')).toBe(1)
  })

  it('never builds a disk again that a customer has: a reinstallation that failed is a person\'s business', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const rebuild = await stage.ask(server.id, 'rebuild', { operatingSystemId: BROKEN_IMAGE })
    await stage.until(rebuild.id, 'failed')
    expect(stage.effects('server.build-queued')).toBe(2)
  })

  it('never builds again after a lost answer to the build', async () => {
    const stage = await openStage()
    fault(stage, { operation: 'POST /servers/{id}/build', kind: 'drop-after-effect' })
    stage.startWorker()
    const { operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.build-queued')).toBe(1)
  })

  it('is run once by two workers on one database, whoever gets the job', async () => {
    const stage = await openStage()
    stage.startWorker()
    stage.startWorker()
    const orders = await Promise.all(Array.from({ length: 8 }, () => stage.order()))
    for (const { operation } of orders) {
      // Ill-timed extra calls must change nothing.
      await Promise.all([advanceOperation(engineOf(stage.services), operation.id), advanceOperation(engineOf(stage.services), operation.id)])
      await stage.until(operation.id, 'succeeded')
    }
    expect(stage.effects('server.created')).toBe(8)
    expect(stage.effects('server.build-queued')).toBe(8)
  })

  it('stops in front of a person after five claims that came to nothing', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { claims: 5 } })
    stage.startWorker()
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'poison' } })
    expect(stage.effects('server.created')).toBe(0)
  })

  it('keeps what the panel answered although the lease was lost meanwhile', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '600' })
    fault(stage, { kind: 'latency', ms: 2_500 })
    stage.startWorker()
    const { server, operation } = await stage.order()
    await loseLease(stage, operation.id)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(await stage.server(server.id)).toMatchObject({ virtfusionServerId: 101, lifecycle: 'active' })
  })

  it('looks again by itself when an answer comes after a person was asked, and says so in the timeline', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    fault(stage, { kind: 'latency', ms: 6_000 })
    stage.startWorker()
    const { operation } = await stage.order()
    await loseLease(stage, operation.id)
    const held = await stage.until(operation.id, 'needs_attention')
    const { version } = await stage.until(operation.id, 'succeeded')
    expect(await timeline(stage, operation.id)).toContain('late_answer')
    expect(version).toBeGreaterThan(held.version)
    expect(stage.effects('server.created')).toBe(1)
  })

  it('shows a server too many to the admins, when an answer comes after somebody has said that it never happened', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    fault(stage, { kind: 'latency', ms: 6_000 })
    stage.startWorker()
    const { server, operation } = await stage.order()
    await loseLease(stage, operation.id)
    await stage.until(operation.id, 'needs_attention')
    await resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'Nothing there' })
    await stage.until(operation.id, 'succeeded')
    await waitFor('the alarm', async () => {
      const note = await stage.services.db.notification.findFirst({ where: { code: 'orphan_found' } })
      return { value: note, seen: 'none' }
    })
    const row = await stage.server(server.id)
    expect(stage.simulator.control.state.servers.size).toBe(2)
    expect(await timeline(stage, operation.id)).toContain('orphan_made')
    expect(row.lifecycle).toBe('active')
  })

  it('goes on at once when the clock that wrote until when to wait, and until when a dead worker has it, is set back a year', async () => {
    const stage = await openStage()
    const { db } = stage.services
    const { operation } = await stage.order()
    const ahead = (seconds: number) => new Date(Date.now() + 365 * 24 * 3_600_000 + seconds * 1_000)
    await db.operation.update({ where: { id: operation.id }, data: { state: 'waiting', leaseToken: 1n, leaseExpiresAt: ahead(6), nextAttemptAt: ahead(30), updatedAt: ahead(0) } })
    await db.$executeRaw`delete from graphile_worker._private_jobs`
    await reconcile(stage.services)
    const moved = await db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    const inSeconds = [moved.leaseExpiresAt, moved.nextAttemptAt].map((at) => Math.round(((at?.getTime() ?? 0) - Date.now()) / 1_000))
    expect(inSeconds[0]).toBeLessThanOrEqual(6)
    expect(inSeconds[1]).toBeLessThanOrEqual(30)
    expect(inSeconds[1]).toBeGreaterThan(10)
  })

  it('finds a forgotten operation and gives it a job again', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    await stage.services.db.$executeRaw`delete from graphile_worker._private_jobs`
    await sleep(2_100)
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
  })
})
