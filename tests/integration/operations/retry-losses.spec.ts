import { describe, expect, it } from 'vitest'
import { changeServer } from '../../../simulator/control/by-hand.ts'
import { getOperation } from '../../../server/domains/operations/get-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import { cancelOperation } from '../../../server/domains/operations/cancel-operation.ts'
import { deleteServer } from '../../../server/domains/servers/delete-server.ts'
import { rebuildServer } from '../../../server/domains/servers/rebuild-server.ts'
import { scheduleOperation } from '../../../server/engine/schedule-operation.ts'
import { BROKEN_IMAGE, DEBIAN, openStage, type Stage } from '../engine/support.ts'

const REFUSED = { reason: 'operation_state_conflict' }
const request = (serverId: string) => ({ serverId, idempotencyKey: null })
const builds = (stage: Stage) => stage.effects('server.build-queued')

/** As if the time of a held deletion had come. */
async function makeDue({ services }: Stage, { id, serverId }: { id: string, serverId: string }): Promise<void> {
  const dueAt = new Date(Date.now() - 1000)
  await services.db.server.update({ where: { id: serverId }, data: { deletionDueAt: dueAt } })
  await services.db.operation.update({ where: { id }, data: { nextAttemptAt: dueAt } })
  await services.db.$transaction((tx) => scheduleOperation(tx, id))
}

describe('a deletion that failed', () => {
  it('deletes nothing on one click weeks later, when the protection that held it up is off: it is typed again, with its delay', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const { operation } = await deleteServer(stage.admin, request(server.id), { delayMinutes: 1440, confirm: server.name })
    changeServer(stage.simulator.control, 101, { protected: true })
    await makeDue(stage, { id: operation.id, serverId: server.id })
    expect(await stage.until(operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'server_protected' } })
    changeServer(stage.simulator.control, 101, { protected: false })

    await expect(retryOperation(stage.admin, operation.id)).rejects.toMatchObject({ ...REFUSED, message: expect.stringContaining('Delete the server again') })
    const { canRetry, retryRefusal, diagnosis } = await getOperation(stage.admin, operation.id)
    expect({ canRetry, retryRefusal, fix: diagnosis?.fix }).toEqual({ canRetry: false, retryRefusal: expect.stringContaining('the delay'), fix: expect.stringContaining('then delete the server again') })
    expect(stage.effects('server.delete-accepted')).toBe(0)

    const again = await deleteServer(stage.admin, request(server.id), { delayMinutes: 1440, confirm: server.name })
    expect(again.operation.state).toBe('waiting')
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', deletionDueAt: expect.any(Date) })
  })

  it('is still looked for where the panel has taken it, and is never sent a second time', async () => {
    const stage = await openStage()
    const worker = stage.startWorker()
    const server = await stage.activeServer()
    await worker.stop()
    const { id } = await stage.ask(server.id, 'delete')
    await stage.services.db.server.update({ where: { id: server.id }, data: { lifecycle: 'deleting' } })
    await stage.services.db.operation.update({ where: { id }, data: { state: 'failed', step: 'verify', finishedAt: new Date(), memory: { acceptedAt: new Date().toISOString(), lifecycleBefore: 'active' } } })
    stage.simulator.control.state.servers.delete(101)
    await retryOperation(stage.admin, id)
    stage.startWorker()
    await stage.until(id, 'succeeded')
    expect(stage.simulator.control.ledger.calls.filter(({ operation }) => operation === 'DELETE /servers/{id}')).toEqual([])
  })
})

describe('a reinstallation that failed', () => {
  it('does not erase what a later one has installed and delivered, when the first is tried again', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    stage.simulator.control.faults.add({ operation: 'POST /servers/{id}/build', kind: 'status', status: 403, body: { msg: 'forbidden' }, times: 1 })
    const first = await rebuildServer(stage.admin, request(server.id), { operatingSystemId: DEBIAN, confirm: server.name })
    await stage.until(first.operation.id, 'failed')
    // It failed before it knew what was on the disk.
    await stage.services.db.operation.update({ where: { id: first.operation.id }, data: { step: 'check', memory: {} } })
    const second = await rebuildServer(stage.admin, request(server.id), { operatingSystemId: 2, confirm: server.name })
    await stage.until(second.operation.id, 'succeeded')
    const before = builds(stage)

    await expect(retryOperation(stage.admin, first.operation.id)).rejects.toMatchObject({ ...REFUSED, message: expect.stringContaining('Reinstall the server again') })
    expect(await getOperation(stage.admin, first.operation.id)).toMatchObject({ canRetry: false })
    expect(builds(stage)).toBe(before)
  })

  it('whose build the panel has taken and lost is typed again too, for the build is newer than what was typed', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const { operation } = await rebuildServer(stage.admin, request(server.id), { operatingSystemId: BROKEN_IMAGE, confirm: server.name })
    expect(await stage.until(operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'install_failed' } })
    await expect(retryOperation(stage.admin, operation.id)).rejects.toMatchObject(REFUSED)

    const again = await rebuildServer(stage.admin, request(server.id), { operatingSystemId: DEBIAN, confirm: server.name })
    await stage.until(again.operation.id, 'succeeded')
  })

  it('before it was sent, and that waits for a person, is called off: what was installed by hand meanwhile nobody has confirmed', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    changeServer(stage.simulator.control, 101, { ownerId: 1 })
    const { operation } = await rebuildServer(stage.admin, request(server.id), { operatingSystemId: DEBIAN, confirm: server.name })
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'owner_mismatch' } })
    changeServer(stage.simulator.control, 101, { ownerId: server.virtfusionOwnerId })
    await expect(retryOperation(stage.admin, operation.id)).rejects.toMatchObject({ ...REFUSED, message: expect.stringContaining('Cancel it') })
    await cancelOperation(stage.admin, operation.id)
    const again = await rebuildServer(stage.admin, request(server.id), { operatingSystemId: DEBIAN, confirm: server.name })
    await stage.until(again.operation.id, 'succeeded')
  })
})
