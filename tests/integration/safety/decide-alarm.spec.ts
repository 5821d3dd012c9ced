import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HarmKind } from '#shared/lifecycle/harm.ts'
import { SafetySchema } from '#shared/schemas/safety.ts'
import { cancelAlarm } from '../../../server/domains/safety/cancel-alarm.ts'
import { confirmAlarm } from '../../../server/domains/safety/confirm-alarm.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import { getOpenAlarm } from '../../../server/domains/safety/get-open-alarm.ts'
import { getSafety } from '../../../server/domains/safety/get-safety.ts'
import type { Operation } from '../../../server/generated/prisma/client.ts'
import { whileHeld } from '../support/while-held.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => { scene = await openScene() })
afterEach(() => scene.services.close())

const reason = 'Unpaid since May, checked by hand'
const idsOf = (operations: readonly Operation[]) => operations.map(({ id }) => id)
const states = async (operations: readonly Operation[]) => {
  const rows = await scene.services.db.operation.findMany({ where: { id: { in: idsOf(operations) } } })
  return operations.map(({ id }) => rows.find((row) => row.id === id)?.state)
}
const jobs = async () => (await scene.services.database.pool.query<{ key: string }>('select key from graphile_worker.jobs')).rows.map(({ key }) => key)

/** One is let through, the others are held. */
async function held(count: number, kind?: HarmKind, fields?: Parameters<Scene['operations']>[2]) {
  await scene.setLimits(1)
  await scene.gate(...await scene.operations(1))
  const operations = await scene.operations(count, kind, fields)
  await scene.gate(...operations)
  return { operations, alarmId: await scene.openAlarm() }
}

describe('getSafety', () => {
  it('lists what is held: which server, what, who asked and why', async () => {
    const { user } = scene.admin
    const { operations, alarmId } = await held(2, 'suspend', { actorKind: 'person', actorId: user.id, cause: 'unpaid_invoice' })
    const safety = SafetySchema.parse(await getSafety(scene.admin))
    expect(safety).toMatchObject({
      alarm: { id: alarmId, counted: 1, allowed: 1, fleet: 3, heldCount: 2 }, lastHour: { counted: 1, allowed: 1, fleet: 3 }, decided: [],
    })
    expect(safety.alarm?.held[0]).toMatchObject({ id: operations[0]?.id, kind: 'suspend', actor: { kind: 'person', name: user.name }, cause: 'Unpaid invoice', server: { name: 'web-0' } })
    expect(await getOpenAlarm(scene.admin)).toMatchObject({ alarm: { id: alarmId, heldCount: 2 } })
  })

  it('says that all is quiet where nothing was stopped', async () => {
    expect(SafetySchema.parse(await getSafety(scene.admin))).toMatchObject({ alarm: null, lastHour: { counted: 0, allowed: 20 }, decided: [] })
    expect(await getOpenAlarm(scene.admin)).toEqual({ alarm: null })
  })
})

describe('confirmAlarm', () => {
  it('lets exactly the listed ones go on at once, and what was asked for later still waits', async () => {
    const { operations, alarmId } = await held(3)
    const [later] = await scene.operations(1)
    if (!later) throw new Error('no operation')
    await scene.gate(later)
    const answer = await confirmAlarm(scene.admin, alarmId, { operationIds: idsOf(operations), reason })
    expect(answer).toEqual({ done: idsOf(operations), refused: [], isOver: false })
    expect((await jobs()).toSorted()).toEqual(operations.map(({ id }) => `operation:${id}`).toSorted())
    expect(await scene.gate(...operations, later)).toEqual(['pass', 'pass', 'pass', 'hold'])
    expect(await scene.services.db.operation.findUniqueOrThrow({ where: { id: later.id } })).toMatchObject({ harmApprovedAt: null })
    expect((await getSafety(scene.admin)).alarm?.held).toMatchObject([{ id: later.id }])
  })

  it('ends the alarm with the last one, and counts anew from then on, without what was confirmed', async () => {
    const { operations, alarmId } = await held(3)
    expect(await confirmAlarm(scene.admin, alarmId, { operationIds: idsOf(operations), reason })).toMatchObject({ isOver: true })
    expect(await scene.gate(...operations)).toEqual(['pass', 'pass', 'pass'])
    expect(await getSafety(scene.admin)).toMatchObject({
      alarm: null, lastHour: { counted: 0 }, decided: [{ id: alarmId, decision: 'confirmed', reason, decidedBy: scene.admin.user.name }],
    })
    expect(await scene.gate(...await scene.operations(2))).toEqual(['pass', 'hold'])
  })

  it('writes down who let go on what, and why', async () => {
    const { operations, alarmId } = await held(1)
    await confirmAlarm(scene.admin, alarmId, { operationIds: idsOf(operations), reason })
    const { db } = scene.services
    expect(await db.auditEvent.findMany({ where: { action: 'safety.alarm_confirmed' } })).toMatchObject([{ actorId: scene.admin.user.id, entityId: alarmId, after: { count: 1, operationIds: idsOf(operations), reason } }])
    expect(await db.operation.findUniqueOrThrow({ where: { id: operations[0]?.id ?? '' } })).toMatchObject({ harmApprovedById: scene.admin.user.id, harmApprovedAt: expect.any(Date) })
    const events = await db.operationEvent.findMany({ where: { operationId: operations[0]?.id ?? '' } })
    expect(events).toMatchObject([{ code: 'harm_confirmed_by_person', params: { reason }, actorId: scene.admin.user.id, hash: expect.any(String) }])
    expect(await db.operation.findUniqueOrThrow({ where: { id: operations[0]?.id ?? '' } })).toMatchObject({ eventHash: events[0]?.hash })
  })

  it('approves nothing that does not wait for this decision, and says so', async () => {
    const { operations, alarmId } = await held(1)
    const [other] = await scene.operations(1, 'delete', { state: 'waiting', diagnosis: { code: 'server_busy', params: {} } })
    if (!other) throw new Error('no operation')
    const answer = await confirmAlarm(scene.admin, alarmId, { operationIds: [...idsOf(operations), other.id], reason })
    expect(answer).toEqual({ done: idsOf(operations), refused: [{ operationId: other.id, reason: 'It no longer waited for this decision.' }], isOver: true })
    expect(await scene.services.db.operation.findUniqueOrThrow({ where: { id: other.id } })).toMatchObject({ harmApprovedAt: null })
  })

  it('is refused for an alarm that is over, for one that does not exist, and for an empty list while something waits', async () => {
    const { operations, alarmId } = await held(1)
    const operationIds = idsOf(operations)
    await expect(confirmAlarm(scene.admin, alarmId, { operationIds: [], reason })).rejects.toMatchObject({ code: 'invalid_input', fields: { operationIds: 'Choose at least one operation.' } })
    await expect(confirmAlarm(scene.admin, scene.admin.user.id, { operationIds, reason })).rejects.toMatchObject({ code: 'not_found' })
    await confirmAlarm(scene.admin, alarmId, { operationIds, reason })
    await expect(confirmAlarm(scene.admin, alarmId, { operationIds, reason })).rejects.toMatchObject({ reason: 'alarm_decided' })
  })

  it('ends an alarm of which nothing is left, so that work does not stand still for ever', async () => {
    const { operations, alarmId } = await held(1)
    await scene.services.db.operation.updateMany({ where: { id: { in: idsOf(operations) } }, data: { state: 'cancelled' } })
    expect(await confirmAlarm(scene.admin, alarmId, { operationIds: [], reason })).toEqual({ done: [], refused: [], isOver: true })
  })

  it('lets two admins who confirm at once decide one after the other', async () => {
    const { operations, alarmId } = await held(4)
    const answers = await Promise.allSettled([1, 2].map(() => confirmAlarm(scene.admin, alarmId, { operationIds: idsOf(operations), reason })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await scene.services.db.auditEvent.count({ where: { action: 'safety.alarm_confirmed' } })).toBe(1)
  })
})

describe('what was confirmed', () => {
  it('goes on however long the panel keeps it waiting', async () => {
    const { operations, alarmId } = await held(2)
    await confirmAlarm(scene.admin, alarmId, { operationIds: idsOf(operations), reason })
    await scene.gate(...operations)
    await scene.age(600)
    await scene.gate(...await scene.operations(1))
    expect(await scene.gate(...operations)).toEqual(['pass', 'pass'])
  })

  it('asks for a place again when somebody tries it again after it failed', async () => {
    const { operations, alarmId } = await held(1, 'suspend')
    const [operation] = operations
    if (!operation) throw new Error('no operation')
    await confirmAlarm(scene.admin, alarmId, { operationIds: [operation.id], reason })
    await scene.gate(operation)
    await scene.age(600)
    await scene.services.db.operation.update({ where: { id: operation.id }, data: { state: 'failed', step: 'check' } })
    await scene.gate(...await scene.operations(1))
    await retryOperation(scene.admin, operation.id)
    expect(await scene.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ harmApprovedAt: null, harmApprovedById: null })
    expect(await scene.gate(operation)).toEqual(['hold'])
  })
})

describe('cancelAlarm', () => {
  it('cancels the listed ones, leaves their servers as they were, and the rest still waits', async () => {
    const { operations, alarmId } = await held(3, 'suspend')
    const [first, second, third] = operations
    if (!first || !second || !third) throw new Error('no operations')
    expect(await cancelAlarm(scene.admin, alarmId, { operationIds: [first.id, second.id], reason })).toEqual({ done: [first.id, second.id], refused: [], isOver: false })
    expect(await states(operations)).toEqual(['cancelled', 'cancelled', 'waiting'])
    expect(await scene.services.db.server.findUniqueOrThrow({ where: { id: first.serverId } })).toMatchObject({ desiredSuspended: false })
    expect(await confirmAlarm(scene.admin, alarmId, { operationIds: [third.id], reason })).toMatchObject({ isOver: true })
  })

  it('ends the alarm with the last one, audited for each and as a whole', async () => {
    const { operations, alarmId } = await held(2)
    expect(await cancelAlarm(scene.admin, alarmId, { operationIds: idsOf(operations), reason })).toMatchObject({ isOver: true })
    expect((await getSafety(scene.admin)).decided).toMatchObject([{ decision: 'cancelled', reason }])
    const { auditEvent } = scene.services.db
    expect(await auditEvent.count({ where: { action: 'operation.cancelled' } })).toBe(2)
    expect(await auditEvent.findMany({ where: { action: 'safety.alarm_cancelled' } })).toMatchObject([{ after: { count: 2, reason } }])
  })

  it('keeps the reason for what it called off when somebody else ends the alarm meanwhile', async () => {
    const { operations, alarmId } = await held(2)
    const [first] = operations
    const confirmation = { first: 'select pg_advisory_xact_lock(x\'6861726d\'::bigint)', then: `update harm_alarms set decision = 'confirmed', decided_at = now() where id = '${alarmId}'` }
    const answer = await whileHeld(scene.services, confirmation, () => cancelAlarm(scene.admin, alarmId, { operationIds: [first?.id ?? ''], reason }))
    expect(answer).toMatchObject({ done: [first?.id], refused: [] })
    const { db } = scene.services
    expect(await db.auditEvent.findMany({ where: { action: 'safety.alarm_cancelled' } })).toMatchObject([{ entityId: alarmId, after: { count: 1, operationIds: [first?.id], reason } }])
    expect(await db.harmAlarm.findUniqueOrThrow({ where: { id: alarmId } })).toMatchObject({ decision: 'confirmed' })
  })

  it('does not touch what was sent already, and says why', async () => {
    const { operations, alarmId } = await held(1)
    const [operation] = operations
    if (!operation) throw new Error('no operation')
    await scene.services.db.provisioningLog.create({ data: { operationId: operation.id, serverId: operation.serverId, action: 'servers.delete', method: 'DELETE', path: '/servers/1' } })
    expect(await cancelAlarm(scene.admin, alarmId, { operationIds: [operation.id], reason })).toEqual({
      done: [], refused: [{ operationId: operation.id, reason: 'The panel was asked to delete this server already.' }], isOver: false,
    })
    expect(await states(operations)).toEqual(['waiting'])
  })

  it('calls off what was sent once and came to nothing, as a read has shown, and is held before it would be sent again', async () => {
    const { operations, alarmId } = await held(1, 'suspend')
    const [operation] = operations
    if (!operation) throw new Error('no operation')
    const { db } = scene.services
    const lost = await db.provisioningLog.create({ data: { operationId: operation.id, serverId: operation.serverId, action: 'servers.suspend', method: 'POST', path: '/servers/1/suspend' } })
    const named = { operationIds: [operation.id], reason }
    expect((await cancelAlarm(scene.admin, alarmId, named)).refused).toHaveLength(1)
    await db.operation.update({ where: { id: operation.id }, data: { memory: { lastAttempt: lost.id } } })
    expect(await cancelAlarm(scene.admin, alarmId, named)).toMatchObject({ done: [operation.id], refused: [] })
    expect(await states(operations)).toEqual(['cancelled'])
  })

  it.each<[string, HarmKind, { isBlind?: boolean }]>([['a deletion, which no read settles for good', 'delete', {}], ['a suspension that no read could tell', 'suspend', { isBlind: true }]])('does not touch %s', async (_, kind, memory) => {
    const { operations, alarmId } = await held(1, kind)
    const [operation] = operations
    if (!operation) throw new Error('no operation')
    const { db } = scene.services
    const lost = await db.provisioningLog.create({ data: { operationId: operation.id, serverId: operation.serverId, action: 'servers.change', method: 'POST', path: '/servers/1' } })
    await db.operation.update({ where: { id: operation.id }, data: { memory: { ...memory, lastAttempt: lost.id } } })
    expect((await cancelAlarm(scene.admin, alarmId, { operationIds: [operation.id], reason })).refused).toHaveLength(1)
    expect(await states(operations)).toEqual(['waiting'])
  })
})
