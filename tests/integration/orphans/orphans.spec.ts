import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DeletionPreviewSchema } from '#shared/schemas/servers.ts'
import { changeServer, makeServer } from '../../../simulator/control/by-hand.ts'
import { adoptMany, previewAdoption } from '../../../server/domains/orphans/adopt-many.ts'
import { adoptOrphan } from '../../../server/domains/orphans/adopt-orphan.ts'
import { deleteOrphan } from '../../../server/domains/orphans/delete-orphan.ts'
import { ignoreOrphan } from '../../../server/domains/orphans/ignore-orphan.ts'
import { listOrphans } from '../../../server/domains/orphans/list-orphans.ts'
import { previewOrphanDeletion } from '../../../server/domains/orphans/preview-deletion.ts'
import { cancelOperation } from '../../../server/domains/operations/cancel-operation.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { cancelAlarm } from '../../../server/domains/safety/cancel-alarm.ts'
import { confirmAlarm } from '../../../server/domains/safety/confirm-alarm.ts'
import { getSafety } from '../../../server/domains/safety/get-safety.ts'
import { cancelDeletion } from '../../../server/domains/servers/cancel-deletion.ts'
import { protectServer } from '../../../server/domains/servers/protect-server.ts'
import { lockOwnerText } from '../../../server/engine/owner-lock.ts'
import { scheduleOperation } from '../../../server/engine/schedule-operation.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import { fillPanel } from '../../support/fleet.ts'
import { openStage, type Stage } from '../engine/support.ts'
import { whileHeld } from '../support/while-held.ts'

const HERE = 'https://berth.example.com'
const look = (stage: Stage) => sweep(stage.services, new AbortController().signal, { pause: async () => {} })
const holder = (stage: Stage) => ({ customerId: stage.customerId, planId: stage.planId })
const listed = async (stage: Stage) => (await listOrphans(stage.admin, { limit: 200, state: 'open' })).items.toSorted((a, b) => a.virtfusionServerId - b.virtfusionServerId)

/** A panel on which servers of nobody stand, seen by a sweep. */
async function openOrphans(count: number) {
  const stage = await openStage()
  const remotes = fillPanel(stage.simulator.control, count, { ownerId: 1, prefix: 'old' })
  await look(stage)
  const orphans = await listed(stage)
  const [first] = orphans
  const [remote] = remotes
  if (!first || !remote) throw new Error('no orphans')
  return { stage, remotes, orphans, first, remote }
}

describe('adoptOrphan', () => {
  it('reads the server, binds number, uuid and owner, keeps the panel\'s record, and writes one audit line', async () => {
    const { stage, first, remote } = await openOrphans(1)
    const server = await adoptOrphan(stage.admin, first.id, holder(stage))
    expect(await stage.server(server.id)).toMatchObject({
      lifecycle: 'active', name: remote.name, virtfusionServerId: remote.id, virtfusionUuid: remote.uuid, virtfusionOwnerId: 1, memoryMb: 1024, observedAt: expect.any(Date), customerId: stage.customerId,
    })
    expect(await stage.services.db.auditEvent.findMany()).toMatchObject([{ action: 'server.adopted', entityId: server.id }])
    await look(stage)
    expect(await listed(stage)).toEqual([])
    expect(await stage.services.db.driftFinding.count()).toBe(0)
  })

  it('carries another name to the panel, so that none stands as a difference', async () => {
    const { stage, first, remote } = await openOrphans(1)
    stage.startWorker()
    await adoptOrphan(stage.admin, first.id, { ...holder(stage), name: 'web-1' })
    const operation = await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'rename' } })
    await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.get(remote.id)?.name).toBe('web-1')
  })

  it('lists a server that was never built as failed', async () => {
    const stage = await openStage()
    makeServer(stage.simulator.control, { userId: 1, built: false })
    await look(stage)
    const [orphan] = await listed(stage)
    const server = await adoptOrphan(stage.admin, orphan?.id ?? '', holder(stage))
    expect(server).toMatchObject({ lifecycle: 'failed' })
  })

  it('binds a server once, however often it is asked for at the same moment', async () => {
    const { stage, first } = await openOrphans(1)
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => adoptOrphan(stage.admin, first.id, holder(stage))))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await stage.services.db.server.count()).toBe(1)
  })

  it.each([
    ['another server has its number by now', { uuid: 'deadbeef-0000-4000-8000-000000000000' }, 'remote_changed'],
    ['it changed its owner', { ownerId: 2 }, 'remote_changed'],
    ['it is gone', { vanish: true }, 'remote_gone'],
  ])('binds nothing when %s', async (_what, change, reason) => {
    const { stage, first, remote } = await openOrphans(1)
    changeServer(stage.simulator.control, remote.id, change)
    await expect(adoptOrphan(stage.admin, first.id, holder(stage))).rejects.toMatchObject({ code: 'conflict', reason })
    expect(await stage.services.db.server.count()).toBe(0)
  })

  it('takes over a server again whose row was deleted here, and can delete it as well', async () => {
    const { stage, first, remote } = await openOrphans(1)
    const before = await adoptOrphan(stage.admin, first.id, holder(stage))
    const longAgo = new Date(Date.now() - 3_600_000)
    await stage.services.db.server.update({ where: { id: before.id }, data: { lifecycle: 'deleted', deletedAt: longAgo } })
    await look(stage)
    const [again] = await listed(stage)
    const server = await adoptOrphan(stage.admin, again?.id ?? '', holder(stage))
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionServerId: remote.id, virtfusionUuid: remote.uuid })
    await stage.services.db.server.update({ where: { id: server.id }, data: { lifecycle: 'deleted', deletedAt: longAgo } })
    await look(stage)
    const [once] = await listed(stage)
    const { operation } = await deleteOrphan(stage.admin, once?.id ?? '', { confirm: remote.uuid, reason: 'It came back', planId: stage.planId, delayMinutes: 0 })
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.has(remote.id)).toBe(false)
  })

  it('sends an admin to the order that may be waiting for it', async () => {
    const { stage, first } = await openOrphans(1)
    const { operation, server } = await stage.order()
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { state: 'needs_attention' } })
    await stage.services.db.orphan.update({ where: { id: first.id }, data: { operationId: operation.id } })
    await expect(adoptOrphan(stage.admin, first.id, holder(stage))).rejects.toMatchObject({ reason: 'order_undecided', message: expect.stringContaining(server.reference) })
  })

  it.each(['queued', 'running', 'waiting', 'needs_attention'] as const)('leaves a server alone that may be the one of an order of its owner that is %s', async (state) => {
    const { stage, first, remote } = await openOrphans(1)
    const { server, operation } = await stage.order()
    const memory = (baseline: number[]) => ({ ownerId: 1, baseline, sentAt: new Date().toISOString() })
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { state, step: 'fence', ownerLock: 1, memory: memory([]) } })
    const refused = { reason: 'order_undecided', message: expect.stringContaining(server.reference) }
    await expect(adoptOrphan(stage.admin, first.id, holder(stage))).rejects.toMatchObject(refused)
    await expect(deleteOrphan(stage.admin, first.id, { confirm: remote.uuid, reason: 'Not ours', planId: stage.planId, delayMinutes: 0 })).rejects.toMatchObject(refused)
    expect(await stage.services.db.server.count({ where: { virtfusionServerId: remote.id } })).toBe(0)
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { memory: memory([remote.id]) } })
    await adoptOrphan(stage.admin, first.id, holder(stage))
  })

  it('leaves the server of a lost order to it, although another lost order of the same owner may have made it as well', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    stage.startWorker()
    const lose = async () => {
      stage.simulator.control.faults.add({ times: 1, operation: 'POST /servers', kind: 'drop-before-effect' })
      const order = await stage.order()
      await stage.until(order.operation.id, 'needs_attention')
      return order
    }
    const abandoned = await lose()
    await resolveOperation(stage.admin, abandoned.operation.id, { decision: 'abandon', reason: 'No longer wanted' })
    const { server, operation } = await lose()
    await stage.services.db.operation.updateMany({ data: { createdAt: new Date(Date.now() - 3_600_000), updatedAt: new Date(Date.now() - 3_600_000) } })
    makeServer(stage.simulator.control, { userId: 2, built: false })
    await look(stage)
    const [orphan] = await listed(stage)
    expect(orphan).toMatchObject({ operation: null })
    await expect(adoptOrphan(stage.admin, orphan?.id ?? '', holder(stage))).rejects.toMatchObject({ reason: 'order_undecided', message: expect.stringContaining(server.reference) })
    await expect(resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'It never happened' })).rejects.toMatchObject({ reason: 'candidate_exists' })
    expect(stage.effects('server.created')).toBe(0)
  })

  it('waits for whoever decides about the owner at that moment, and goes by what came of it', async () => {
    const { stage, first, remote } = await openOrphans(1)
    const { server, operation } = await stage.order()
    const decision = { first: lockOwnerText(1), then: `update operations set owner_lock = 1 where id = '${operation.id}'` }
    const answer = await whileHeld(stage.services, decision, () => adoptOrphan(stage.admin, first.id, holder(stage)))
    expect(answer).toMatchObject({ reason: 'order_undecided', message: expect.stringContaining(server.reference) })
    expect(await stage.services.db.server.count({ where: { virtfusionServerId: remote.id } })).toBe(0)
  })

  it('refuses somebody who is no customer', async () => {
    const { stage, first } = await openOrphans(1)
    await expect(adoptOrphan(stage.admin, first.id, { ...holder(stage), customerId: stage.admin.user.id })).rejects.toMatchObject({ fields: { customerId: expect.any(String) } })
  })
})

describe('the sweep', () => {
  it('leaves a server with whoever it was given to while the list was stored', async () => {
    const { stage, first } = await openOrphans(1)
    const adoption = { first: `select from orphans where id = '${first.id}' for update`, then: `update orphans set state = 'adopted' where id = '${first.id}'` }
    await whileHeld(stage.services, adoption, () => look(stage))
    expect(await stage.services.db.orphan.findUniqueOrThrow({ where: { id: first.id } })).toMatchObject({ state: 'adopted' })
  })
})

describe('ignoreOrphan', () => {
  it('stays ignored over the sweeps, with its reason, and can be adopted later', async () => {
    const { stage, first } = await openOrphans(1)
    await ignoreOrphan(stage.admin, first.id, { reason: 'Our monitoring' })
    await look(stage)
    expect(await listed(stage)).toEqual([])
    expect((await listOrphans(stage.admin, { limit: 10, state: 'ignored' })).items).toMatchObject([{ reason: 'Our monitoring', decidedBy: stage.admin.user.name }])
    await adoptOrphan(stage.admin, first.id, holder(stage))
  })
})

describe('deleteOrphan', () => {
  const asked = { confirm: '', reason: 'Left over from a test', delayMinutes: 0 }

  it('deletes by an operation on a row that no customer sees, and remembers it', async () => {
    const { stage, first, remote } = await openOrphans(2)
    stage.startWorker()
    const { operation, server } = await deleteOrphan(stage.admin, first.id, { ...asked, confirm: remote.name, planId: stage.planId })
    await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.has(remote.id)).toBe(false)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'deleted', customerId: stage.admin.user.id, virtfusionUuid: remote.uuid })
    await look(stage)
    expect(await stage.services.db.orphan.findUniqueOrThrow({ where: { id: first.id } })).toMatchObject({ state: 'gone', reason: asked.reason })
    expect(await listed(stage)).toHaveLength(1)
  })

  it('answers the same request again with the first deletion, at once and after it', async () => {
    const { stage, first, remote } = await openOrphans(2)
    const other = await stage.services.db.orphan.findFirstOrThrow({ where: { id: { not: first.id } } })
    const idempotencyKey = randomUUID()
    const remove = () => deleteOrphan(stage.admin, first.id, { ...asked, confirm: remote.uuid, planId: stage.planId }, idempotencyKey)
    const answers = await Promise.all([remove(), remove()])
    stage.startWorker()
    await stage.until(answers[0]?.operation.id ?? '', 'succeeded')
    answers.push(await remove())
    expect(new Set(answers.map(({ operation }) => operation.id)).size).toBe(1)
    expect(answers.at(-1)).toMatchObject({ operation: { state: 'succeeded' }, server: { lifecycle: 'deleted' } })
    await expect(deleteOrphan(stage.admin, other.id, { ...asked, confirm: other.virtfusionUuid, planId: stage.planId }, idempotencyKey)).rejects.toMatchObject({ reason: 'idempotency_key_reused' })
    expect(await stage.services.db.operation.count()).toBe(1)
  })

  it('asks for nothing when the typed text is another, or the server is protected', async () => {
    const { stage, first, remote } = await openOrphans(1)
    await expect(deleteOrphan(stage.admin, first.id, { ...asked, confirm: 'web', planId: stage.planId })).rejects.toMatchObject({ fields: { confirm: expect.any(String) } })
    changeServer(stage.simulator.control, remote.id, { protected: true })
    await expect(deleteOrphan(stage.admin, first.id, { ...asked, confirm: remote.uuid, planId: stage.planId })).rejects.toMatchObject({ reason: 'server_protected' })
    expect(await stage.services.db.operation.count()).toBe(0)
  })
})

describe('a deletion of an orphan that is held', () => {
  const hold = (stage: Stage, { id, virtfusionUuid }: { id: string, virtfusionUuid: string }, delayMinutes = 60, key: string | null = null) =>
    deleteOrphan(stage.admin, id, { confirm: virtfusionUuid, planId: stage.planId, reason: 'Left over from a test', delayMinutes }, key)
  const deleting = async (stage: Stage) => (await listOrphans(stage.admin, { limit: 10, state: 'deleting' })).items

  it('sends nothing before it is due, stands on the list with its time, and goes once it is due by both clocks', async () => {
    const { stage, first, remote } = await openOrphans(2)
    stage.startWorker()
    const { operation, server } = await hold(stage, first)
    await look(stage)
    expect(await deleting(stage)).toMatchObject([{ id: first.id, server: { id: server.id, lifecycle: 'active' }, deletion: { dueAt: operation.nextAttemptAt } }])
    expect(await listed(stage)).toHaveLength(1)
    expect(stage.effects('server.delete-accepted')).toBe(0)
    const now = new Date()
    await stage.services.db.server.update({ where: { id: server.id }, data: { deletionDueAt: now } })
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { nextAttemptAt: now } })
    await stage.services.db.$transaction((tx) => scheduleOperation(tx, operation.id))
    await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.has(remote.id)).toBe(false)
    await look(stage)
    expect(await stage.services.db.orphan.findUniqueOrThrow({ where: { id: first.id } })).toMatchObject({ state: 'gone' })
  })

  it('can be called off, also of a server that was never built: it waits on the list as before, can be adopted, and the admins are told', async () => {
    const stage = await openStage()
    const { id } = makeServer(stage.simulator.control, { userId: 1, built: false })
    await look(stage)
    const [first] = await listed(stage)
    if (!first) throw new Error('no orphan')
    const { server, operation } = await hold(stage, first)
    await cancelDeletion(stage.admin, { serverId: server.id, idempotencyKey: null })
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'cancelled' })
    expect(await deleting(stage)).toEqual([])
    expect(await listed(stage)).toMatchObject([{ id: first.id, state: 'open', server: null, deletion: null }])
    expect(await stage.services.db.notification.findMany({ where: { code: { in: ['deletion_scheduled', 'deletion_cancelled'] } }, select: { code: true, userId: true } })).toEqual(
      expect.arrayContaining(['deletion_scheduled', 'deletion_cancelled'].map((code) => ({ code, userId: stage.admin.user.id }))),
    )
    await look(stage)
    expect(await adoptOrphan(stage.admin, first.id, holder(stage))).toMatchObject({ virtfusionServerId: id })
  })

  it('keeps its row while something else is under way on it, for that would lose the server; both can be called off', async () => {
    const { stage, first } = await openOrphans(1)
    const { server } = await hold(stage, first)
    const suspension = await stage.ask(server.id, 'suspend')
    await expect(cancelDeletion(stage.admin, { serverId: server.id, idempotencyKey: null })).rejects.toMatchObject({ reason: 'operation_active' })
    expect(await deleting(stage)).toHaveLength(1)
    await cancelOperation(stage.admin, suspension.id)
    await cancelDeletion(stage.admin, { serverId: server.id, idempotencyKey: null })
    expect(await listed(stage)).toHaveLength(1)
  })

  it('is refused when it is due, where the server was protected meanwhile', async () => {
    const { stage, first } = await openOrphans(1)
    stage.startWorker()
    const { operation, server } = await hold(stage, first)
    await protectServer(stage.admin, server.id, true)
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { nextAttemptAt: new Date() } })
    await stage.services.db.server.update({ where: { id: server.id }, data: { deletionDueAt: new Date() } })
    await stage.services.db.$transaction((tx) => scheduleOperation(tx, operation.id))
    expect(await stage.until(operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'server_protected_here' } })
    expect(stage.effects('server.delete-accepted')).toBe(0)
    // It stands on the list again, from where it can go to a customer.
    await look(stage)
    expect(await listed(stage)).toMatchObject([{ id: first.id, state: 'open', server: null }])
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'deleted', virtfusionServerId: null })
  })

  it('is another request with another time under the same key', async () => {
    const { stage, first } = await openOrphans(1)
    const key = randomUUID()
    const { operation } = await hold(stage, first, 60, key)
    expect((await hold(stage, first, 60, key)).operation.id).toBe(operation.id)
    await expect(hold(stage, first, 0, key)).rejects.toMatchObject({ reason: 'idempotency_key_reused' })
  })
})

describe('previewOrphanDeletion', () => {
  it('asks the panel which addresses and backups go with it', async () => {
    const stage = await openStage()
    const remote = makeServer(stage.simulator.control, { userId: 1 })
    await look(stage)
    const [first] = await listed(stage)
    if (!first) throw new Error('no orphan')
    const answer = DeletionPreviewSchema.parse(await previewOrphanDeletion(stage.admin, first.id))
    expect(answer.ipv4.length).toBeGreaterThan(0)
    expect(answer).toMatchObject({ backups: { known: true, items: [] }, isProtectedAtPanel: false })
    stage.simulator.control.faults.add({ times: 1, operation: 'GET /backups/server/{id}', kind: 'status', status: 403 })
    expect(await previewOrphanDeletion(stage.admin, first.id)).toMatchObject({ backups: { known: false } })
    changeServer(stage.simulator.control, remote.id, { vanish: true })
    await expect(previewOrphanDeletion(stage.admin, first.id)).rejects.toMatchObject({ reason: 'remote_gone' })
  })
})

describe('deleting many orphans', () => {
  const remove = (stage: Stage, { id, virtfusionUuid }: { id: string, virtfusionUuid: string }) =>
    deleteOrphan(stage.admin, id, { confirm: virtfusionUuid, planId: stage.planId, reason: 'Left over from a test', delayMinutes: 0 })

  /** Three are asked for where one an hour is allowed. */
  async function openHeld() {
    const { stage, orphans } = await openOrphans(4)
    await stage.services.db.setting.create({ data: { group: 'safety', value: { harmPerHour: 1, harmPercentPerHour: 0 } } })
    stage.startWorker()
    const first = await remove(stage, orphans[0] ?? { id: '', virtfusionUuid: '' })
    await stage.until(first.operation.id, 'succeeded')
    const held = [await remove(stage, orphans[1] ?? { id: '', virtfusionUuid: '' }), await remove(stage, orphans[2] ?? { id: '', virtfusionUuid: '' })]
    for (const { operation } of held) expect(await stage.until(operation.id, 'waiting')).toMatchObject({ diagnosis: { code: 'mass_harm_stopped' } })
    const { alarm } = await getSafety(stage.admin)
    if (!alarm) throw new Error('no alarm')
    return { stage, held, alarm, ids: held.map(({ operation }) => operation.id) }
  }

  it('counts against the limit on mass harm: the rest is held, and the admin sees them as what they are', async () => {
    const { stage, held, alarm, ids } = await openHeld()
    expect(alarm.held.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    expect(alarm.held[0]).toMatchObject({ kind: 'delete', cause: 'Deletion of an orphan, asked for' })
    expect(stage.effects('server.delete-accepted')).toBe(1)
    await confirmAlarm(stage.admin, alarm.id, { operationIds: ids, reason: 'Looked at each' })
    for (const { operation } of held) await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.size).toBe(1)
  })

  it('puts those that are called off back onto the list, and not under the admin\'s name', async () => {
    const { stage, held, alarm, ids } = await openHeld()
    await cancelAlarm(stage.admin, alarm.id, { operationIds: ids, reason: 'Too fast' })
    for (const { server } of held) expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'deleted' })
    const waiting = await listed(stage)
    expect(waiting.map(({ virtfusionServerId }) => virtfusionServerId)).toEqual(expect.arrayContaining(held.map(({ server }) => server.virtfusionServerId)))
    await look(stage)
    expect(await listed(stage)).toHaveLength(3)
    const [again] = waiting
    if (!again) throw new Error('no orphan')
    await adoptOrphan(stage.admin, again.id, holder(stage))
  })
})

describe('many at once', () => {
  it('adopts a selection for one customer', async () => {
    const { stage, orphans } = await openOrphans(30)
    const { rows } = await adoptMany(stage.admin, { ids: orphans.map(({ id }) => id), ...holder(stage) }, HERE)
    expect(rows.filter(({ server }) => server !== null)).toHaveLength(30)
    expect(await stage.services.db.auditEvent.count({ where: { action: 'server.adopted' } })).toBe(30)
  })

  it('previews a table line by line, adopts the good lines only, and tells them as adopted the second time, for the first answer may have been lost', async () => {
    const { stage, remotes } = await openOrphans(3)
    const customer = await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
    const [a, b, c] = remotes.map(({ id }) => id)
    const csv = [
      'virtfusion_server_id,customer email,plan name,name', `${a},${customer.email.toUpperCase()},Small,"shop, main"`, `${b},nobody@example.com,Small,`, `${c},${customer.email},Huge,`,
      `${a},${customer.email},Small,`, `99999,${customer.email},Small,`,
    ].join('\n')
    const preview = await previewAdoption(stage.admin, { csv })
    expect(preview.rows.map(({ error }) => error)).toEqual([
      null, expect.stringContaining('no customer with the e-mail address "nobody@example.com"'), expect.stringContaining('no plan of the name "Huge"'), 'The same server as in line 1.',
      expect.stringContaining('no such server'),
    ])
    expect(preview.rows[0]?.adopt).toMatchObject({ name: 'shop, main', plan: { name: 'Small' } })
    expect(preview.rows[1]?.typed).toEqual({ virtfusionServerId: String(b), uuid: '', customerEmail: 'nobody@example.com', customerName: '', plan: 'Small', name: '' })
    expect(await stage.services.db.server.count()).toBe(0)
    const { rows } = await adoptMany(stage.admin, { csv }, HERE)
    expect(rows.map(({ server }) => server?.name ?? null)).toEqual(['shop, main', null, null, null, null])
    expect((await adoptMany(stage.admin, { csv }, HERE)).rows[0]).toMatchObject({ server: { name: 'shop, main' }, error: null })
    expect(await stage.services.db.server.count()).toBe(1)
    // Not as adopted for somebody else.
    await stage.services.db.server.updateMany({ data: { customerId: stage.admin.user.id } })
    expect((await adoptMany(stage.admin, { csv }, HERE)).rows[0]?.error).toBe('This server belongs to a row of Berth already.')
  })

  it('names what one line failed by at the panel and adopts the others', async () => {
    const { stage, orphans, remote } = await openOrphans(5)
    changeServer(stage.simulator.control, remote.id, { vanish: true })
    const { rows } = await adoptMany(stage.admin, { ids: orphans.map(({ id }) => id), ...holder(stage) }, HERE)
    expect(rows.map(({ error }) => error)).toEqual(['The panel no longer has this server.', null, null, null, null])
  })

  it('still tells what became of the others when the database refuses one line', async () => {
    const { stage, orphans, remote } = await openOrphans(5)
    await stage.services.database.pool.query(`alter table servers add constraint refuse_one check (virtfusion_server_id <> ${remote.id})`)
    const { rows } = await adoptMany(stage.admin, { ids: orphans.map(({ id }) => id), ...holder(stage) }, HERE)
    expect(rows.map(({ error }) => error)).toEqual([expect.stringContaining('Something broke in Berth'), null, null, null, null])
    expect(await stage.services.db.server.count()).toBe(4)
  })
})

describe('listOrphans', () => {
  it('finds by a part of the name, the number, the uuid and the owner, and suggests the customer whose panel user owns it', async () => {
    const { stage, orphans, first } = await openOrphans(3)
    await stage.services.db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId: 1 } })
    const find = async (query: object) => (await listOrphans(stage.admin, { limit: 50, ...query })).items.length
    expect(await find({ search: 'OLD-' })).toBe(3)
    expect(await find({ search: String(first.virtfusionServerId) })).toBe(1)
    expect(await find({ search: first.virtfusionUuid })).toBe(1)
    expect(await find({ search: '%' })).toBe(0)
    expect(await find({ ownerId: 2 })).toBe(0)
    expect((await listed(stage))[0]?.suggestedCustomer).toMatchObject({ id: stage.customerId })
    expect(orphans.every(({ isBuilt }) => isBuilt === true)).toBe(true)
  })
})
