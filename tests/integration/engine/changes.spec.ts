import { describe, expect, it } from 'vitest'
import { HELD_BY_PANEL } from '#shared/lifecycle/operations.ts'
import { cancelOperation } from '../../../server/domains/operations/cancel-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import { cancelDeletion } from '../../../server/domains/servers/cancel-deletion.ts'
import { renameServer } from '../../../server/domains/servers/rename-server.ts'
import { getServer } from '../../../server/domains/servers/get-server.ts'
import { suspendServer } from '../../../server/domains/servers/suspend-server.ts'
import { openStage, waitFor, WITH_WAIT, type Stage } from './support.ts'

const fault = (stage: Stage, rule: Parameters<Stage['simulator']['control']['faults']['add']>[0]) => stage.simulator.control.faults.add({ times: 1, ...rule })

async function byHand(stage: Stage, id: number, change: object): Promise<void> {
  await fetch(`${stage.simulator.url}/__simulator/servers/${id}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(change) })
}

/** As an admin does who installs a server at the panel itself. */
async function buildByHand({ simulator }: Stage, id: number): Promise<void> {
  const headers = { 'authorization': `Bearer ${simulator.token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${simulator.url}/api/v1/servers/${id}/build`, { method: 'POST', headers, body: JSON.stringify({ operatingSystemId: 1, name: 'by-hand' }) })
  expect(answer.status).toBe(200)
}

async function codes(stage: Stage, userId: string): Promise<string[]> {
  const notes = await stage.services.db.notification.findMany({ where: { userId }, orderBy: { createdAt: 'asc' } })
  return notes.map((note) => note.code)
}

describe('suspending', () => {
  it('reads as suspended, with reason and person, only once the panel has confirmed it', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const operation = await stage.ask(server.id, 'suspend', { reason: 'Unpaid' })
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ suspendedAt: expect.any(Date), suspensionReason: 'Unpaid', suspendedById: stage.admin.user.id, desiredSuspended: true })
    expect(stage.simulator.control.state.servers.get(101)?.suspended).toBe(true)
    expect(await codes(stage, stage.customerId)).toEqual(['server_ready', 'server_suspended'])

    await stage.until((await stage.ask(server.id, 'unsuspend')).id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ suspendedAt: null, suspensionReason: null, suspendedById: null, desiredSuspended: false })
  })

  it('settles a lost answer by reading, and sends again only what did not happen', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/suspend', kind: 'drop-after-effect' })
    await stage.until((await stage.ask(server.id, 'suspend')).id, 'succeeded')
    expect(stage.effects('server.suspend-accepted')).toBe(1)
  })

  it('waits while the panel is busy with the server, and shows it', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/suspend', kind: 'status', status: 423, body: { msg: 'server has pending tasks in queue' } })
    const operation = await stage.ask(server.id, 'suspend')
    await stage.until(operation.id, 'succeeded')
    const events = await stage.services.db.operationEvent.findMany({ where: { operationId: operation.id } })
    expect(events.map((event) => event.params)).toContainEqual({ diagnosis: expect.objectContaining({ code: 'server_busy' }) })
  })

  it('is an alarm, not a success, when the server is gone', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await byHand(stage, 101, { vanish: true })
    const held = await stage.until((await stage.ask(server.id, 'suspend')).id, 'needs_attention')
    expect(held.diagnosis).toMatchObject({ code: 'server_vanished' })
    expect((await stage.server(server.id))).toMatchObject({ vanishedAt: expect.any(Date), lifecycle: 'active', virtfusionServerId: 101 })
    expect(await codes(stage, stage.admin.user.id)).toEqual(['server_vanished', 'operation_needs_attention'])
  })

  it('touches nothing when the number stands for another server by now', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await byHand(stage, 101, { uuid: '00000000-0000-4000-8000-000000000000' })
    expect(await stage.until((await stage.ask(server.id, 'suspend')).id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'uuid_mismatch' } })
    expect(stage.effects('server.suspend-accepted')).toBe(0)
  })

  it('shows a suspension by hand as one without reason and person', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await byHand(stage, 101, { suspended: true })
    await stage.services.db.$executeRaw`select graphile_worker.add_job('server.observe', json_build_object('serverId', ${server.id}::text))`
    const seen = await waitFor('the observation', async () => {
      const row = await stage.server(server.id)
      return { value: row.suspendedAt ? row : null, seen: 'not suspended' }
    })
    expect(seen).toMatchObject({ suspensionReason: null, suspendedById: null, desiredSuspended: false })
  })
})

describe('deleting', () => {
  it('is done only when the panel twice says that the server is gone', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await stage.until((await stage.ask(server.id, 'delete')).id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'deleted', deletedAt: expect.any(Date), virtfusionServerId: 101 })
    expect(stage.simulator.control.state.servers.size).toBe(0)
    expect(await codes(stage, stage.customerId)).toContain('server_deleted')
  })

  it('keeps a delayed one on our side until it is due', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const operation = await stage.ask(server.id, 'delete', {}, new Date(Date.now() + 1_500))
    expect(operation).toMatchObject({ state: 'waiting', step: 'scheduled' })
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', deletionDueAt: operation.nextAttemptAt })
    expect(stage.effects('server.delete-accepted')).toBe(0)
    await stage.until(operation.id, 'succeeded')
    expect((await stage.server(server.id)).lifecycle).toBe('deleted')
    expect(await codes(stage, stage.customerId)).toEqual(['server_ready', 'deletion_scheduled', 'server_deleted'])
  })

  it('lets other work go on while a deletion is only scheduled', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await stage.ask(server.id, 'delete', {}, new Date(Date.now() + 3_600_000))
    await stage.until((await stage.ask(server.id, 'suspend')).id, 'succeeded')
  })

  it('is a success when the server is gone already', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await byHand(stage, 101, { vanish: true })
    await stage.until((await stage.ask(server.id, 'delete')).id, 'succeeded')
    expect((await stage.server(server.id)).lifecycle).toBe('deleted')
    expect(stage.effects('server.delete-accepted')).toBe(0)
  })

  it('refuses a server that is protected at the panel, and leaves it as it was', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await byHand(stage, 101, { protected: true })
    expect(await stage.until((await stage.ask(server.id, 'delete')).id, 'failed')).toMatchObject({ diagnosis: { code: 'server_protected' } })
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', deletionDueAt: null })
  })

  it('never deletes blind: a token that may not read fails with the permission', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
    if (token) token.permissions = ['POST /servers', 'DELETE /servers/{id}']
    expect(await stage.until((await stage.ask(server.id, 'delete')).id, 'failed')).toMatchObject({ diagnosis: { code: 'delete_needs_reading' } })
    expect(stage.effects('server.delete-accepted')).toBe(0)
  })

  it('settles a lost answer by reading', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'DELETE /servers/{id}', kind: 'drop-after-effect' })
    await stage.until((await stage.ask(server.id, 'delete')).id, 'succeeded')
    expect(stage.effects('server.delete-accepted')).toBe(1)
  })

  it('of a server that was never made needs no panel', async () => {
    const stage = await openStage()
    stage.startWorker()
    const { server, operation } = await stage.order({ features: { virtfusion_package_id: 500 } })
    await stage.until(operation.id, 'failed')
    await stage.until((await stage.ask(server.id, 'delete')).id, 'succeeded')
    expect((await stage.server(server.id)).lifecycle).toBe('deleted')
  })
})

describe('a deletion that the panel holds', () => {
  const DELAYED = { heldBy: 'panel', delayMinutes: 60 }
  const held = (stage: Stage, id: string) => waitFor('the panel to hold it', async () => {
    const row = await stage.services.db.operation.findUniqueOrThrow({ where: { id } })
    return { value: row.step === 'await_deletion' && row.state === 'waiting' ? row : null, seen: `${row.state} at ${row.step}: ${JSON.stringify(row.diagnosis)}` }
  })
  const delays = (stage: Stage) => stage.simulator.control.ledger.entries.filter(({ effect }) => effect === 'server.delete-accepted').map(({ ids }) => ids['delay'])
  /** As the engine leaves it that has looked in vain for what came of its call. No worker runs. */
  const lost = async () => {
    const stage = await openStage()
    const worker = stage.startWorker()
    const server = await stage.activeServer()
    await worker.stop()
    const { id } = await stage.ask(server.id, 'delete', DELAYED)
    await stage.services.db.operation.update({ where: { id }, data: { memory: { isLost: true, askedAt: new Date().toISOString() } } })
    return { stage, server, id }
  }

  it('reads as being deleted until the panel\'s time, sleeps meanwhile, and is deleted only when the panel has no such server', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const { id } = await stage.ask(server.id, 'delete', DELAYED)
    const sleeping = await held(stage, id)
    const inAnHour = Date.now() + 3_600_000
    expect(sleeping.nextAttemptAt?.getTime()).toBeGreaterThan(inAnHour - 60_000)
    const row = await stage.server(server.id)
    expect(row).toMatchObject({ lifecycle: 'deleting', deletedAt: null, ipv4: server.ipv4 })
    expect(Math.abs((row.deletionDueAt?.getTime() ?? 0) - inAnHour)).toBeLessThan(60_000)
    expect(await codes(stage, stage.customerId)).toEqual(['server_ready', 'deletion_held_by_panel'])
    expect(await getServer(stage.admin, server.id)).toMatchObject({ deletion: { heldBy: 'panel' } })
    await expect(cancelDeletion(stage.admin, { serverId: server.id, idempotencyKey: null })).rejects.toMatchObject({ message: HELD_BY_PANEL })
    await expect(cancelOperation(stage.admin, id)).rejects.toMatchObject({ message: HELD_BY_PANEL })

    await retryOperation(stage.admin, id)
    await waitFor('another look', async () => {
      const looks = await stage.services.db.operationEvent.count({ where: { operationId: id, step: 'await_deletion', code: 'step_begun' } })
      return { value: looks > 1 ? looks : null, seen: String(looks) }
    })
    expect((await held(stage, id)).state).toBe('waiting')
    expect((await stage.server(server.id)).lifecycle).toBe('deleting')

    stage.simulator.control.clock.advance(61 * 60_000)
    await retryOperation(stage.admin, id)
    await stage.until(id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'deleted', deletedAt: expect.any(Date) })
    expect(delays(stage)).toEqual([60])
  })

  it('is not sent again after a lost answer where a read shows that the panel counts', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    stage.simulator.control.settings.readings.scheduledDeleteLevel = 'visible'
    fault(stage, { operation: 'DELETE /servers/{id}', kind: 'drop-after-effect' })
    await held(stage, (await stage.ask(server.id, 'delete', DELAYED)).id)
    expect(delays(stage)).toEqual([60])
  })

  it('is not sent again when it shows only later that the lost one came to the panel', async () => {
    const { stage, id } = await lost()
    stage.simulator.control.settings.readings.scheduledDeleteLevel = 'visible'
    await fetch(`${stage.simulator.url}/api/v1/servers/101?delay=60`, { method: 'DELETE', headers: { authorization: `Bearer ${stage.simulator.token}` } })
    stage.startWorker()
    await held(stage, id)
    expect(delays(stage)).toEqual([60])
  })

  it.each([
    ['a turn that had lost its lease', { isLost: true }],
    ['one that came no further, though a person tries it again', {}],
  ])('is not sent again when %s has written down that the panel took it', async (_, memory) => {
    const { stage, server, id } = await lost()
    await stage.services.db.operation.update({ where: { id }, data: { memory: { ...memory, askedAt: new Date().toISOString() } } })
    await stage.services.db.provisioningLog.create({
      data: { operationId: id, serverId: server.id, action: 'servers.delete', method: 'DELETE', path: '/servers/101?delay=60', outcome: 'ok', effect: 'done', completedAt: new Date() },
    })
    stage.startWorker()
    await held(stage, id)
    expect(delays(stage)).toEqual([])
  })

  it('is sent again as it was after a lost answer that no read settles', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'DELETE /servers/{id}', kind: 'drop-before-effect' })
    await held(stage, (await stage.ask(server.id, 'delete', DELAYED)).id)
    expect(delays(stage)).toEqual([60])
    expect(stage.simulator.control.ledger.calls.filter(({ operation }) => operation === 'DELETE /servers/{id}')).toHaveLength(2)
  })

  it('stands in front of a person when it was called off at the panel, who can keep the server', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    stage.simulator.control.settings.readings.scheduledDeleteLevel = 'visible'
    const { id } = await stage.ask(server.id, 'delete', DELAYED)
    await held(stage, id)
    await byHand(stage, 101, { cancelDelete: true })
    await retryOperation(stage.admin, id)
    expect(await stage.until(id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'panel_kept_server' } })
    await cancelOperation(stage.admin, id)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', deletionDueAt: null, deletionRequestedAt: null })
  })
})

describe('a change that stood still before it was sent', () => {
  it.each([
    ['ends, for ours is nowhere at the panel', undefined, 'succeeded', {}],
    ['asks a person where the token may not look for ours', ['GET /servers/{id}', 'DELETE /servers/{id}'], 'needs_attention', { diagnosis: { code: 'uuid_mismatch' } }],
  ] as const)('reads again first, touches nothing when another server has the number by then, and %s', async (_, permissions, state, end) => {
    const stage = await openStage()
    const worker = stage.startWorker()
    const server = await stage.activeServer()
    await worker.stop()
    const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
    if (token && permissions) token.permissions = [...permissions]
    const { id } = await stage.ask(server.id, 'delete')
    // As a turn leaves it that had read the server and then died, or was told to wait by safe mode or a refused token.
    await stage.services.db.operation.update({ where: { id }, data: { step: 'send', state: 'waiting' } })
    await byHand(stage, 101, { uuid: '00000000-0000-4000-8000-000000000000' })
    stage.startWorker()
    expect(await stage.until(id, state)).toMatchObject(end)
    expect(stage.effects('server.delete-accepted') + stage.effects('server.deleted')).toBe(0)
  })

  it('is not sent while only our clock says that it is due: one that jumps a year deletes nothing', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const { id } = await stage.ask(server.id, 'delete', {}, new Date(Date.now() + 365 * 24 * 3_600_000))
    await stage.services.db.operation.update({ where: { id }, data: { nextAttemptAt: new Date() } })
    await stage.services.db.$executeRaw`select graphile_worker.add_job('operation.advance', json_build_object('operationId', ${id}::text), job_key := ${`operation:${id}`})`
    const held = await waitFor('the look at the panel\'s clock', async () => {
      const row = await stage.services.db.operation.findUniqueOrThrow({ where: { id } })
      return { value: row.step === 'check' && row.state === 'waiting' ? row : null, seen: `${row.state} at ${row.step}` }
    })
    expect(held).toMatchObject({ diagnosis: { code: 'clock_disagrees' } })
    expect(stage.simulator.control.state.servers.has(101)).toBe(true)
  })
})

describe('power', () => {
  it('gives way to an admin in the middle of its call: what the panel answers is still written down, and nothing more is sent for it', async () => {
    const stage = await openStage()
    const { db } = stage.services
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/power/restart', kind: 'latency', ms: 2_000 })
    const restart = await stage.ask(server.id, 'restart')
    const sends = { operationId: restart.id, method: 'POST' }
    const call = await waitFor('the call', async () => ({ value: await db.provisioningLog.findFirst({ where: sends }), seen: 'none' }))
    expect(call.completedAt).toBeNull()

    const { operation } = await suspendServer(stage.admin, { serverId: server.id, idempotencyKey: null }, {})
    await stage.until(operation.id, 'succeeded')
    await waitFor('the answer', async () => {
      const row = await db.provisioningLog.findUniqueOrThrow({ where: { id: call.id } })
      return { value: row.httpStatus, seen: `${row.outcome}` }
    })
    expect(await db.provisioningLog.count({ where: sends })).toBe(1)
    expect(await db.operation.findUniqueOrThrow({ where: { id: restart.id } })).toMatchObject({ state: 'cancelled' })
    expect(await stage.server(server.id)).toMatchObject({ suspendedAt: expect.any(Date) })
  })

  it('follows the panel\'s task and reads the state back', async () => {
    const stage = await openStage({}, WITH_WAIT)
    stage.startWorker()
    const server = await stage.activeServer()
    await stage.until((await stage.ask(server.id, 'shutdown')).id, 'succeeded')
    expect((await stage.server(server.id)).power).toBe('stopped')
    await stage.until((await stage.ask(server.id, 'boot')).id, 'succeeded')
    expect((await stage.server(server.id)).power).toBe('running')
    await stage.until((await stage.ask(server.id, 'boot')).id, 'succeeded')
    expect(stage.effects('server.boot-queued')).toBe(1)
  })

  it('never restarts twice because an answer was lost', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/power/restart', kind: 'drop-before-effect' })
    expect(await stage.until((await stage.ask(server.id, 'restart')).id, 'failed')).toMatchObject({ diagnosis: { code: 'power_effect_unknown' } })
    expect(stage.effects('server.restart-queued')).toBe(0)
  })

  it('is not carried out any more after a quarter of an hour of waiting: a server that came back by itself is not switched off', async () => {
    const stage = await openStage()
    const worker = stage.startWorker()
    const server = await stage.activeServer()
    await worker.stop()
    const operation = await stage.ask(server.id, 'poweroff')
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { createdAt: new Date(Date.now() - 16 * 60_000) } })
    stage.startWorker()
    expect(await stage.until(operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'wish_expired' } })
    expect(await codes(stage, stage.admin.user.id)).not.toContain('operation_failed')
    await retryOperation(stage.admin, operation.id)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.poweroff-queued')).toBe(1)
  })

  it('is not sent again hours later because its first answer was lost: it is not known whether it happened', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/power/shutdown', kind: 'drop-before-effect' })
    const { id } = await stage.ask(server.id, 'shutdown')
    const { db } = stage.services
    await waitFor('the look', async () => {
      const { step } = await db.operation.findUniqueOrThrow({ where: { id } })
      return { value: step === 'verify' ? true : null, seen: step }
    })
    await db.operation.update({ where: { id }, data: { createdAt: new Date(Date.now() - 60 * 60_000) } })
    expect(await stage.until(id, 'failed', 'succeeded')).toMatchObject({ state: 'failed', diagnosis: { code: 'power_effect_unknown' } })
    expect(stage.effects('server.shutdown-queued')).toBe(0)
  })

  it('says why when the panel\'s task fails', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/power/poweroff', kind: 'task-failure', body: 'no such domain' })
    expect(await stage.until((await stage.ask(server.id, 'poweroff')).id, 'failed')).toMatchObject({ diagnosis: { code: 'power_task_failed' } })
  })
})

describe('rebuilding and renaming', () => {
  it('installs again once, and is active after it', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/build', kind: 'drop-after-effect' })
    stage.simulator.control.settings.workSpeed = 4 // long enough for a look to fall into it
    await stage.until((await stage.ask(server.id, 'rebuild', { operatingSystemId: 2 })).id, 'succeeded')
    expect(stage.effects('server.build-queued')).toBe(2)
    expect(stage.simulator.control.state.servers.get(101)?.templateId).toBe(2)
    expect((await stage.server(server.id)).lifecycle).toBe('active')
  })

  it('erases nothing that was installed since it was confirmed, when it is tried again: a lost call may have come through late', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/build', kind: 'drop-before-effect' })
    const { id } = await stage.ask(server.id, 'rebuild', { operatingSystemId: 2 })
    expect(await stage.until(id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'rebuild_never_began' } })
    await buildByHand(stage, 101)
    await retryOperation(stage.admin, id)
    await stage.until(id, 'succeeded')
    expect(stage.effects('server.build-queued')).toBe(2) // of the order and by hand
  })

  it('is not sent over what somebody installs at the panel while it waits, and says so', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'POST /servers/{id}/build', kind: 'status', status: 423, body: { msg: 'server has pending tasks in queue' }, times: 100 })
    const { id } = await stage.ask(server.id, 'rebuild', { operatingSystemId: 2 })
    await waitFor('a refusal', async () => ({ value: stage.simulator.control.ledger.calls.filter(({ operation, status }) => operation.endsWith('/build') && status === 423).length || null, seen: '' }))
    const remote = stage.simulator.control.state.servers.get(101)
    if (remote?.built) remote.built += 60_000
    expect(await stage.until(id, 'failed')).toMatchObject({ diagnosis: { code: 'built_meanwhile' } })
    expect(stage.effects('server.build-queued')).toBe(1) // the order's
  })

  it('is not sent over what is being installed at the panel when its turn comes', async () => {
    const stage = await openStage({}, { speed: 3 })
    stage.startWorker()
    const server = await stage.activeServer()
    await buildByHand(stage, 101)
    const { id } = await stage.ask(server.id, 'rebuild', { operatingSystemId: 2 })
    expect(await stage.until(id, 'failed')).toMatchObject({ diagnosis: { code: 'built_meanwhile' } })
    expect(stage.effects('server.build-queued')).toBe(2) // the order's and by hand
  })

  it('gives the panel the new name', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await stage.until((await stage.ask(server.id, 'rename', { name: 'shop' })).id, 'succeeded')
    expect(stage.simulator.control.state.servers.get(101)?.name).toBe('shop')
    expect((await stage.server(server.id)).name).toBe('shop')
  })
})

describe('a name that the panel does not take', () => {
  it('is not ours either: the former one stands again, and a retry can still bring the new one', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    fault(stage, { operation: 'PUT /servers/{id}/modify/name', kind: 'status', status: 403, body: { message: 'This action is unauthorized.' } })
    const request = { serverId: server.id, idempotencyKey: null }
    const { operation } = await renameServer(stage.admin, request, { name: 'shop' })
    expect((await stage.server(server.id)).name).toBe('shop')
    await stage.until(operation?.id ?? '', 'failed')
    expect((await stage.server(server.id)).name).toBe(server.name)
    await retryOperation(stage.admin, operation?.id ?? '')
    await stage.until(operation?.id ?? '', 'succeeded')
    expect((await stage.server(server.id)).name).toBe('shop')
  })
})

describe('changing size and owner', () => {
  it.each([
    ['resize', { field: 'memoryMb', value: 2048 }, 'PUT /servers/{id}/modify/memory', 'server.memory-changed'],
    ['transfer', { fromOwnerId: 2, ownerId: 1, ownerMode: 'plan' }, 'PUT /servers/{id}/owner/{newOwnerId}', 'server.owner-changed'],
  ] as const)('settles the lost answer of a %s by reading, and sends it once', async (kind, input, call, effect) => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    if (kind === 'transfer') await stage.services.db.server.update({ where: { id: server.id }, data: { virtfusionOwnerId: input.ownerId } })
    fault(stage, { operation: call, kind: 'drop-after-effect' })
    await stage.until((await stage.ask(server.id, kind, input)).id, 'succeeded')
    expect(stage.effects(effect)).toBe(1)
  })

  it('says which user the panel does not know, and leaves the server where it is', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await stage.services.db.server.update({ where: { id: server.id }, data: { virtfusionOwnerId: 77 } })
    const operation = await stage.ask(server.id, 'transfer', { fromOwnerId: 2, ownerId: 77, ownerMode: 'plan' })
    expect(await stage.until(operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'new_owner_unknown', params: { ownerId: 77 } } })
    expect(stage.simulator.control.state.servers.get(101)?.ownerId).toBe(2)
  })
})

describe('a token that may not read', () => {
  it('gets no size changed: no server is changed so that was not read first', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
    if (token) token.permissions = ['POST /servers', 'PUT /servers/{id}/modify/memory']
    await stage.until((await stage.ask(server.id, 'resize', { field: 'memoryMb', value: 2048 })).id, 'failed')
    expect(stage.effects('server.memory-changed')).toBe(0)
  })

  it('suspends, and says that it could not be confirmed', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
    if (token) token.permissions = ['POST /servers', 'POST /servers/{id}/suspend']
    expect(await stage.until((await stage.ask(server.id, 'suspend')).id, 'succeeded')).toMatchObject({ diagnosis: { code: 'accepted_unconfirmed' } })
    expect((await stage.server(server.id)).suspendedAt).toBeNull()
  })

  it('fails with the name of the permission where the change itself is forbidden', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
    if (token) token.permissions = ['POST /servers', 'GET /servers/{id}']
    expect(await stage.until((await stage.ask(server.id, 'suspend')).id, 'failed')).toMatchObject({ diagnosis: { code: 'forbidden', params: { operation: 'servers.suspend' } } })
    expect((await stage.server(server.id)).desiredSuspended).toBe(false)
  })
})

describe('the owner of new servers in customer mode', () => {
  it('makes one panel user per customer, and finds it again', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    stage.startWorker()
    const orders = [await stage.order(), await stage.order()]
    for (const { operation } of orders) await stage.until(operation.id, 'succeeded')
    expect(stage.effects('user.created')).toBe(1)
    const customer = await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
    expect(customer.virtfusionUserId).toBe(3)
    expect(stage.simulator.control.state.users.get(3)?.extRelationId).toBe(customer.virtfusionExtRelationId)
    expect([...stage.simulator.control.state.servers.values()].map((server) => server.ownerId)).toEqual([3, 3])
  })

  it('survives a lost answer when the user was made', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    fault(stage, { operation: 'POST /users', kind: 'drop-after-effect' })
    stage.startWorker()
    await stage.until((await stage.order()).operation.id, 'succeeded')
    expect(stage.effects('user.created')).toBe(1)
  })

  it('sends nothing for a number that was a throw-away user\'s shortly before: what is under way for that one would be taken for this customer\'s', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    const relation = 'an order from before the backup'
    await stage.services.db.escrowUser.create({ data: { relation, virtfusionUserId: 3, operationId: stage.customerId, goneAt: new Date() } })
    stage.startWorker()
    const { operation } = await stage.order()
    expect(await stage.until(operation.id, 'waiting')).toMatchObject({ diagnosis: { code: 'owner_number_given_again', params: { ownerId: 3 } } })
    expect(stage.effects('server.created')).toBe(0)

    await stage.services.db.escrowUser.update({ where: { relation }, data: { goneAt: new Date(Date.now() - 3 * 3_600_000) } })
    await retryOperation(stage.admin, operation.id)
    await stage.until(operation.id, 'succeeded')
    expect([...stage.simulator.control.state.servers.values()].map((server) => server.ownerId)).toEqual([3])
  })

  it('does not wait for a throw-away user whose order was sent long ago, be it open and the customer\'s own', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    const { server, operation } = await stage.order()
    await stage.services.db.escrowUser.create({ data: { relation: 'its own, from before the backup', virtfusionUserId: 3, operationId: operation.id } })
    const sent = { serverId: server.id, operationId: operation.id, action: 'servers.create', method: 'POST', path: '/servers', attempt: 1, requestId: 'before' }
    const { id } = await stage.services.db.provisioningLog.create({ data: sent })
    stage.startWorker()
    expect(await stage.until(operation.id, 'waiting')).toMatchObject({ diagnosis: { code: 'owner_number_given_again', params: { ownerId: 3 } } })

    await stage.services.db.provisioningLog.update({ where: { id }, data: { createdAt: new Date(Date.now() - 3 * 3_600_000) } })
    await retryOperation(stage.admin, operation.id)
    await stage.until(operation.id, 'succeeded')
    // What was made up here would break a rule: two requests of one order, and nothing settled between them.
    await stage.services.db.provisioningLog.delete({ where: { id } })
  })

  it('keeps no number that an undecided order of another customer still looks at: its server may come yet', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    const before = await stage.services.db.user.create({ data: { email: 'before@example.com', name: 'Before', role: 'customer' } })
    const undecided = await stage.order()
    await stage.services.db.server.update({ where: { id: undecided.server.id }, data: { customerId: before.id } })
    await stage.services.db.operation.update({ where: { id: undecided.operation.id }, data: { state: 'needs_attention', step: 'settle', ownerLock: 3 } })
    stage.startWorker()
    const { operation } = await stage.order()
    expect(await stage.until(operation.id, 'waiting')).toMatchObject({ diagnosis: { code: 'owner_number_given_again', params: { ownerId: 3 } } })
    expect((await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })).virtfusionUserId).toBeNull()

    await stage.services.db.operation.update({ where: { id: undecided.operation.id }, data: { state: 'cancelled', ownerLock: null } })
    await retryOperation(stage.admin, operation.id)
    await stage.until(operation.id, 'succeeded')
  })

  it('asks a person when the panel names another customer\'s user', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    await stage.services.db.user.create({ data: { email: 'before@example.com', name: 'Before', role: 'customer', virtfusionUserId: 3 } })
    stage.startWorker()
    expect(await stage.until((await stage.order()).operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'owner_number_taken', params: { ownerId: 3 } } })
    expect(stage.effects('server.created')).toBe(0)
  })

  it('orders nothing for a panel user that only has the customer\'s number: another system counts its clients there as well', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    const { virtfusionExtRelationId } = await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
    const [stranger] = [...stage.simulator.control.state.users.values()]
    if (stranger) stranger.extRelationId = virtfusionExtRelationId
    stage.startWorker()
    expect(await stage.until((await stage.order()).operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'owner_is_somebody_else', params: { ownerId: stranger?.id } } })
    expect(stage.effects('server.created')).toBe(0)
  })

  it('looks the owner up again when the customer has lost his number since: it may be somebody else\'s by now', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    const { operation } = await stage.order()
    const { memory } = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    // As safe mode is left after a backup of the panel: the order stood at `intend` with the number that the customer had before.
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { step: 'intend', memory: { ...memory as object, ownerId: 2 } } })
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
    expect([...stage.simulator.control.state.servers.values()].map((server) => server.ownerId)).toEqual([3])
  })

  it('adopts nothing by itself for a number that the customer has lost: the server that came late is whose the number is by now', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    const { operation } = await stage.order()
    await fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userId: 2, built: false }) })
    const { memory } = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    const sentAt = new Date().toISOString()
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { step: 'settle', memory: { ...memory as object, ownerId: 2, baseline: [], sentAt, settleSince: sentAt } } })
    stage.startWorker()
    const held = await stage.until(operation.id, 'needs_attention')
    expect(held.diagnosis).toMatchObject({ code: 'create_unclear_candidate' })
    expect(held.memory).toMatchObject({ candidates: [{ id: 101, differences: [{ code: 'owner', expected: null, actual: 2 }] }] })
  })

  it('never takes a panel user over by its e-mail address', async () => {
    const stage = await openStage()
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    await stage.services.db.user.update({ where: { id: stage.customerId }, data: { email: 'resale@panel.example' } })
    stage.startWorker()
    expect(await stage.until((await stage.order()).operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'owner_not_resolved' } })
    expect(stage.effects('server.created')).toBe(0)
  })
})

describe('the panel', () => {
  it('is reported as unreachable once and back once, and work goes on by itself', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const rule = stage.simulator.control.faults.add({ kind: 'drop-before-effect' })
    const operation = await stage.ask(server.id, 'suspend')
    await waitFor('unreachable', async () => {
      const row = await stage.services.db.panelHealth.findUniqueOrThrow({ where: { id: 'default' } })
      return { value: row.isReachable === false ? row : null, seen: `${row.failuresInARow} failures` }
    })
    stage.simulator.control.faults.remove(rule.id)
    await stage.until(operation.id, 'succeeded')
    await expect.poll(() => codes(stage, stage.admin.user.id)).toEqual(['panel_unreachable', 'panel_back'])
  })
})
