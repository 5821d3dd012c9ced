import { describe, expect, it } from 'vitest'
import { makeServer } from '../../../simulator/control/by-hand.ts'
import { cancelAlarm } from '../../../server/domains/safety/cancel-alarm.ts'
import { confirmAlarm } from '../../../server/domains/safety/confirm-alarm.ts'
import { getOpenAlarm } from '../../../server/domains/safety/get-open-alarm.ts'
import { getSafety } from '../../../server/domains/safety/get-safety.ts'
import { advanceOperation } from '../../../server/engine/advance-operation.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { spendHarm } from '../../../server/engine/harm/harm-store.ts'
import type { Operation } from '../../../server/generated/prisma/client.ts'
import { openStage, type Stage } from '../engine/support.ts'
import { stockOf } from '../servers/stock.ts'

const reason = 'Looked at each'

interface HeldStage extends Stage {
  held: [Operation, Operation]
  ids: string[]
  alarmId: string
  /** Takes it as far as it goes now, as a worker does; `meanwhile` happens right before it asks for a place. */
  advance(operation: Operation, meanwhile?: () => Promise<void>): Promise<Operation>
  deletions(): number
}

/** Two deletions of servers that stand at the panel, held because the hour's only place is taken. */
async function openHeld(): Promise<HeldStage> {
  const stage = await openStage()
  const { services } = stage
  const { db } = services
  await db.setting.create({ data: { group: 'safety', value: { harmPerHour: 1, harmPercentPerHour: 0 } } })
  const stock = stockOf(services)
  const [customer, plan] = [await stock.customer(), await stock.plan()]
  const harmed = await stock.operation(await stock.server(customer, plan), { kind: 'delete', state: 'running', step: 'send' })
  await spendHarm(services, { operationId: harmed.id, serverId: harmed.serverId, kind: 'delete' })

  const engine = engineOf(services)
  const advance: HeldStage['advance'] = async ({ id }, meanwhile) => {
    await db.operation.update({ where: { id }, data: { nextAttemptAt: null } })
    const { store } = engine
    await advanceOperation({ ...engine, store: { ...store, spendHarm: async (asked) => { await meanwhile?.(); return store.spendHarm(asked) } } }, id)
    return db.operation.findUniqueOrThrow({ where: { id } })
  }
  const ask = async () => {
    const { id, uuid } = makeServer(stage.simulator.control, { userId: 1 })
    const server = await stock.server(customer, plan, { virtfusionServerId: id, virtfusionUuid: uuid, virtfusionOwnerId: 1 })
    const operation = await stage.ask(server.id, 'delete')
    expect(await advance(operation)).toMatchObject({ state: 'waiting', diagnosis: { code: 'mass_harm_stopped' } })
    return operation
  }
  const held: [Operation, Operation] = [await ask(), await ask()]
  const { id: alarmId } = await db.harmAlarm.findFirstOrThrow({ where: { decidedAt: null } })
  return { ...stage, held, ids: held.map(({ id }) => id), alarmId, advance, deletions: () => stage.effects('server.delete-accepted') }
}

describe('an operation that is being worked on while an admin decides', () => {
  it('is called off with the others, and is not sent', async () => {
    const { admin, held: [first, second], ids, alarmId, advance, deletions, services } = await openHeld()
    await advance(first, async () => {
      expect(await services.db.operation.findUniqueOrThrow({ where: { id: first.id } })).toMatchObject({ state: 'running' })
      expect(await cancelAlarm(admin, alarmId, { operationIds: ids, reason })).toEqual({ done: expect.arrayContaining(ids) as string[], refused: [], isOver: true })
    })
    await advance(second)
    expect(deletions()).toBe(0)
    for (const { id, serverId } of [first, second]) {
      expect(await services.db.operation.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'cancelled', harmHeldAt: null, leaseExpiresAt: null })
      expect(await services.db.server.findUniqueOrThrow({ where: { id: serverId } })).toMatchObject({ lifecycle: 'active' })
    }
    // What was called off takes no place of the hour that begins anew.
    expect(await services.db.harmEvent.count()).toBe(1)
  })

  it('keeps the alarm open when all others are confirmed, and is not sent', async () => {
    const { admin, held: [suspicious, other], alarmId, advance, deletions } = await openHeld()
    expect(await advance(suspicious, async () => {
      expect(await confirmAlarm(admin, alarmId, { operationIds: [other.id], reason })).toEqual({ done: [other.id], refused: [], isOver: false })
    })).toMatchObject({ state: 'waiting', diagnosis: { code: 'mass_harm_stopped' } })
    expect(deletions()).toBe(0)
    expect((await getSafety(admin)).alarm).toMatchObject({ heldCount: 1, held: [{ id: suspicious.id }] })
    expect(await cancelAlarm(admin, alarmId, { operationIds: [suspicious.id], reason })).toMatchObject({ done: [suspicious.id], isOver: true })
    await advance(other)
    expect(deletions()).toBe(1)
  })

  it('goes on at once when it is confirmed', async () => {
    const { admin, held: [first, second], ids, alarmId, advance, deletions } = await openHeld()
    await advance(first, async () => { expect(await confirmAlarm(admin, alarmId, { operationIds: ids, reason })).toMatchObject({ refused: [], isOver: true }) })
    expect(deletions()).toBe(1)
    expect(await advance(second)).toMatchObject({ harmHeldAt: null, harmApprovedAt: expect.any(Date) as Date })
    expect(deletions()).toBe(2)
  })

  it('is not called off once a call for it may have left, which is said', async () => {
    const { admin, held: [first], alarmId, advance, services } = await openHeld()
    await advance(first, async () => {
      await services.db.provisioningLog.create({ data: { operationId: first.id, serverId: first.serverId, action: 'servers.delete', method: 'DELETE', path: '/servers/1' } })
      expect(await cancelAlarm(admin, alarmId, { operationIds: [first.id], reason })).toEqual({
        done: [], refused: [{ operationId: first.id, reason: 'The panel was asked to delete this server already.' }], isOver: false,
      })
    })
  })
})

describe('an operation that is held and waits for something else by now', () => {
  const OBSTACLES: Record<string, { code: string, words: string, begin(stage: Stage): Promise<unknown> }> = {
    'a panel that is away': { code: 'panel_error', words: 'Error inside the panel', begin: async ({ simulator }) => simulator.control.faults.add({ kind: 'status', status: 500 }) },
    'the end of safe mode': {
      code: 'safe_mode', words: 'Berth only reads at the moment',
      begin: ({ services, simulator }) => services.db.panelIdentity.create({ data: { id: 'default', origin: simulator.url, safeModeSince: new Date() } }),
    },
    'a token that works': {
      code: 'panel_paused', words: 'The panel refuses the API token',
      begin: ({ services }) => services.db.panelHealth.update({ where: { id: 'default' }, data: { pausedAt: new Date(), lastFailureAt: new Date(), diagnosis: { code: 'token_refused', params: {} } } }),
    },
  }

  it.each(Object.keys(OBSTACLES))('stays under the alarm and on its list: %s', async (name) => {
    const stage = await openHeld()
    const { admin, held, ids, alarmId, advance } = stage
    const { code, words, begin } = OBSTACLES[name] ?? { code: '', words: '', begin: async () => {} }
    await begin(stage)
    for (const operation of held) expect(await advance(operation)).toMatchObject({ state: 'waiting', diagnosis: { code } })
    expect(await getOpenAlarm(admin)).toMatchObject({ alarm: { heldCount: 2 } })
    const { alarm } = await getSafety(admin)
    expect(alarm?.held.map(({ id }) => id)).toEqual(ids)
    expect(alarm?.held[0]?.alsoWaitsFor).toBe(words)
    await expect(confirmAlarm(admin, alarmId, { operationIds: [], reason })).rejects.toMatchObject({ fields: { operationIds: 'Choose at least one operation.' } })
    expect(await cancelAlarm(admin, alarmId, { operationIds: ids, reason })).toMatchObject({ done: expect.arrayContaining(ids) as string[], refused: [], isOver: true })
  })

  it('names nothing else while it only waits for the decision', async () => {
    const { admin } = await openHeld()
    expect((await getSafety(admin)).alarm?.held).toMatchObject([{ alsoWaitsFor: null }, { alsoWaitsFor: null }])
  })
})
