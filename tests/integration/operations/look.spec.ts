import { describe, expect, it } from 'vitest'
import { OperationLookSchema } from '#shared/schemas/operations.ts'
import { lookAtOperation } from '../../../server/domains/operations/look-at-operation.ts'
import { openStage, useThrowAwayUsers, type Stage } from '../engine/support.ts'

function makeByHand(stage: Stage, body: object) {
  return fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

/** An owner with one old server of nobody and one that is bound, whose next order is lost. */
async function undecided(stage: Stage) {
  await makeByHand(stage, { userId: 2, name: 'old' })
  stage.startWorker()
  const bound = await stage.activeServer()
  stage.simulator.control.faults.add({ times: 1, operation: 'POST /servers', kind: 'drop-before-effect' })
  const { operation } = await stage.order()
  await stage.until(operation.id, 'needs_attention')
  return { operation, bound }
}

const look = async (stage: Stage, id: string) => OperationLookSchema.parse(await lookAtOperation(stage.admin, id))

describe('a person\'s look at the panel', () => {
  it('marks what is new, names what is bound, and lets only the new one be adopted', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation, bound } = await undecided(stage)
    await makeByHand(stage, { userId: 2, packageId: 2, name: 'surprise' })
    const { now, diagnosis, retryRefusal, expected } = await look(stage, operation.id)
    expect(diagnosis).toBeNull()
    expect(now?.servers.map(({ virtfusionServerId, isNew, boundTo, canAdopt }) => ({ virtfusionServerId, isNew, boundTo, canAdopt }))).toEqual([
      { virtfusionServerId: 101, isNew: false, boundTo: null, canAdopt: false },
      { virtfusionServerId: 102, isNew: false, boundTo: { serverId: bound.id, reference: bound.reference }, canAdopt: false },
      { virtfusionServerId: 103, isNew: true, boundTo: null, canAdopt: true },
    ])
    expect(now?.servers[2]?.differences.map(({ code }) => code)).toContain('built')
    expect(now?.servers[2]?.createdAt).toEqual(expect.any(String))
    expect(expected?.memoryMb).toEqual(expect.any(Number))
    expect(retryRefusal).toContain('number 103')
  })

  it('names whose a server was that we deleted and that is back with its panel; another one under its number is nobody\'s', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation, bound } = await undecided(stage)
    await makeByHand(stage, { userId: 2, name: 'back' })
    const remote = stage.simulator.control.state.servers.get(103)
    await stage.services.db.server.update({ where: { id: bound.id }, data: { lifecycle: 'deleted', virtfusionServerId: 103, virtfusionUuid: remote?.uuid ?? null } })
    expect((await look(stage, operation.id)).now?.servers[2]).toMatchObject({ virtfusionServerId: 103, boundTo: { reference: bound.reference }, canAdopt: false })
    await stage.services.db.server.update({ where: { id: bound.id }, data: { virtfusionUuid: 'another' } })
    expect((await look(stage, operation.id)).now?.servers[2]).toMatchObject({ virtfusionServerId: 103, boundTo: null, canAdopt: true })
  })

  it('finds nothing against trying again where nothing new stands', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    expect(await look(stage, operation.id)).toMatchObject({ retryRefusal: null, now: { servers: [{ isNew: false }, { isNew: false }] } })
  })

  it('finds nothing against trying again where the order\'s throw-away user is gone, whose servers nobody can list: the fence looks through all', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    await useThrowAwayUsers(stage)
    const { operation } = await stage.order()
    const escrow = { relation: 'gone', recipientId: 2, goneAt: new Date().toISOString() }
    const memory = { ...operation.memory as object, ownerId: 999, sentAt: new Date().toISOString(), escrow }
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { state: 'needs_attention', step: 'fence', memory } })
    stage.startWorker()
    expect(await look(stage, operation.id)).toMatchObject({ retryRefusal: null, diagnosis: null, now: { servers: [] } })
  })

  it('says that the panel can\'t be read, and never that there is nothing', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    stage.simulator.control.faults.add({ operation: 'GET /servers/user/{id}', kind: 'status', status: 503, body: {}, headers: {} })
    expect(await look(stage, operation.id)).toMatchObject({ now: null, diagnosis: { title: expect.any(String) }, retryRefusal: expect.stringContaining('can\'t be read') })
  })

  it('changes nothing, neither at the panel nor here', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    const { operation } = await undecided(stage)
    const before = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    const effects = stage.simulator.control.ledger.entries.length
    await look(stage, operation.id)
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toEqual(before)
    expect(stage.simulator.control.ledger.entries).toHaveLength(effects)
  })

  it('is refused where nothing has to be decided', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    await expect(lookAtOperation(stage.admin, operation.id)).rejects.toMatchObject({ reason: 'operation_state_conflict' })
  })
})
