import { beforeEach, describe, expect, it } from 'vitest'
import { advanceOperation } from '../../../server/engine/advance-operation.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import { readCreateMode } from '../../../server/domains/settings/read-create-mode.ts'
import { overwriteGroup } from '../../../server/domains/settings/registry.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import { describeAuditEvent } from '../../../server/messages/en/audit.ts'
import { openStage, useThrowAwayUsers, waitFor, type Stage } from './support.ts'

/** The user of the plan: whose the servers are to be in the end. */
const OWNER = 2
const fault = (stage: Stage, rule: Parameters<Stage['simulator']['control']['faults']['add']>[0]) => stage.simulator.control.faults.add({ times: 1, operation: 'POST /servers', ...rule })
const calls = (stage: Stage, operation: string) => stage.simulator.control.ledger.calls.filter((call) => call.operation === operation).length
const remotes = (stage: Stage) => [...stage.simulator.control.state.servers.values()]
const users = (stage: Stage) => [...stage.simulator.control.state.users.values()].filter(({ email }) => email.endsWith('@escrow.berth.invalid'))

async function timeline(stage: Stage, operationId: string): Promise<string[]> {
  const events = await stage.services.db.operationEvent.findMany({ where: { operationId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  return events.map(({ code, step }) => (code === 'step_begun' ? step : code))
}

describe('an order that is sent for a throw-away user', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await openStage()
    await useThrowAwayUsers(stage)
  })

  it('is bound, handed over to its owner and only then built; the spent user stays behind as a proof', async () => {
    stage.startWorker()
    const { server, operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')

    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionOwnerId: OWNER, power: 'running' })
    expect(remotes(stage)).toMatchObject([{ ownerId: OWNER, name: server.name }])
    const effects = stage.simulator.control.ledger.entries.map(({ effect }) => effect)
    expect(effects.indexOf('server.owner-changed')).toBeGreaterThan(effects.indexOf('server.created'))
    expect(effects.indexOf('server.build-queued')).toBeGreaterThan(effects.indexOf('server.owner-changed'))
    const [spent, ...others] = users(stage)
    expect(others).toEqual([])
    expect(spent?.relationStrings[0]).toMatch(new RegExp(`^berth-[\\w-]+-${operation.id}-1$`))
    expect(await stage.services.db.escrowUser.findMany()).toMatchObject([{ virtfusionUserId: spent?.id, operationId: operation.id, goneAt: null }])
    expect(await timeline(stage, operation.id)).toEqual(expect.arrayContaining(['escrow_ready', 'bound', 'transfer', 'handed_over', 'install', 'succeeded']))
  })

  it('passes over numbers that the panel gives out again: what was held up since before would look like this order\'s', async () => {
    const next = Math.max(...stage.simulator.control.state.users.keys()) + 1
    await stage.services.db.escrowUser.create({ data: { relation: 'an order from before the backup', virtfusionUserId: next, operationId: stage.customerId, goneAt: new Date() } })
    await stage.services.db.user.create({ data: { email: 'before@example.com', name: 'Before', role: 'customer', virtfusionUserId: next + 1 } })
    stage.startWorker()
    const { operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')

    expect(users(stage)).toMatchObject([{ id: next + 2, relationStrings: [expect.stringMatching(/-3$/)] }])
    expect((await timeline(stage, operation.id)).filter((code) => code === 'escrow_number_given_again')).toHaveLength(2)
    expect(stage.effects('server.created')).toBe(1)
  })

  it('makes another user when its number was given to a customer before anything was sent: what that one has is no sign of this order', async () => {
    const next = Math.max(...stage.simulator.control.state.users.keys()) + 1
    const { operation } = await stage.order()
    const { memory } = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    const escrow = { relation: 'from before the backup', recipientId: OWNER }
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { step: 'intend', memory: { ...memory as object, ownerId: OWNER, escrow } } })
    await stage.services.db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId: OWNER } })
    await fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userId: OWNER, built: false }) })
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
    expect(users(stage).map(({ id }) => id)).toEqual([next])
    expect(stage.effects('server.created')).toBe(1)
  })

  it('finds its one server after the answer was lost behind the effect', async () => {
    fault(stage, { kind: 'drop-after-effect' })
    stage.startWorker()
    const { server, operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionOwnerId: OWNER })
    expect(await timeline(stage, operation.id)).toEqual(expect.arrayContaining(['settle', 'adopted', 'transfer', 'handed_over']))
  })

  it('is fenced and sent again without a person when the request was lost', async () => {
    fault(stage, { kind: 'drop-before-effect' })
    stage.startWorker()
    const { server, operation } = await stage.order()
    const end = await stage.until(operation.id, 'succeeded', 'needs_attention')
    expect(end.state).toBe('succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(calls(stage, 'POST /servers')).toBe(2)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionOwnerId: OWNER })
    expect(await timeline(stage, operation.id)).toEqual(expect.arrayContaining(['effect_unknown', 'fence', 'fence_closed', 'fenced', 'bound', 'handed_over']))
    const kept = await stage.services.db.escrowUser.findMany({ orderBy: { createdAt: 'asc' } })
    expect(kept.map(({ goneAt }) => goneAt !== null)).toEqual([true, false])
    expect(users(stage).map(({ id }) => id)).toEqual([kept[1]?.virtfusionUserId])
    const audited = await stage.services.db.auditEvent.findMany({ where: { action: 'order.fenced', entityId: operation.id } })
    expect(audited.map(describeAuditEvent)).toEqual([`Took the throw-away user ${kept[0]?.virtfusionUserId} of the lost order of the server ${server.name} away, to send the order anew`])
  })

  it('is refused by the panel when the lost request arrives after the fence', async () => {
    fault(stage, { kind: 'drop-before-effect' })
    stage.startWorker()
    const { operation } = await stage.order()
    await waitFor('the fence', async () => ({ value: await stage.services.db.operationEvent.findFirst({ where: { operationId: operation.id, code: 'fence_closed' } }), seen: 'no fence' }))
    const lost = await stage.services.db.provisioningLog.findFirstOrThrow({ where: { operationId: operation.id, action: 'servers.create' } })
    const late = await fetch(`${stage.simulator.url}/api/v1/servers`, {
      method: 'POST', headers: { 'authorization': `Bearer ${stage.simulator.token}`, 'content-type': 'application/json' }, body: JSON.stringify(lost.requestBody),
    })
    expect(late.status).toBe(422)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
  })

  it('adopts what turns up at the last look, for a create may have passed its owner check before the fence', async () => {
    fault(stage, { kind: 'drop-before-effect' })
    stage.startWorker()
    const { server, operation } = await stage.order()
    await waitFor('the fence', async () => ({ value: await stage.services.db.operationEvent.findFirst({ where: { operationId: operation.id, code: 'fence_closed' } }), seen: 'no fence' }))
    const { readings } = stage.simulator.control.settings
    const lost = await stage.services.db.provisioningLog.findFirstOrThrow({ where: { operationId: operation.id, action: 'servers.create' } })
    readings.createForUnknownUser = 'accept'
    await fetch(`${stage.simulator.url}/api/v1/servers`, {
      method: 'POST', headers: { 'authorization': `Bearer ${stage.simulator.token}`, 'content-type': 'application/json' }, body: JSON.stringify(lost.requestBody),
    })
    readings.createForUnknownUser = 'refuse'
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(calls(stage, 'POST /servers')).toBe(2) // the lost one, and its late arrival
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionOwnerId: OWNER })
  })

  it.each(['drop-after-effect', 'drop-before-effect'] as const)('hands over once although the answer to the hand-over was lost (%s)', async (kind) => {
    fault(stage, { operation: 'PUT /servers/{id}/owner/{newOwnerId}', kind })
    stage.startWorker()
    const { server, operation } = await stage.order()
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.owner-changed')).toBe(1)
    expect(remotes(stage)).toMatchObject([{ ownerId: OWNER }])
    expect((await stage.server(server.id)).virtfusionOwnerId).toBe(OWNER)
  })

  it('keeps the owner that the row has when the answer of a worker that lost its lease comes after the hand-over', async () => {
    fault(stage, { kind: 'drip', ms: 100 })
    stage.startWorker()
    const { server, operation } = await stage.order()
    const { db } = stage.services
    await waitFor('the effect', async () => ({ value: stage.effects('server.created') === 1 ? true : null, seen: 'nothing made' }))
    await db.operation.update({ where: { id: operation.id }, data: { leaseToken: { increment: 1 }, leaseExpiresAt: new Date(Date.now() - 1_000) } })
    await advanceOperation(engineOf(stage.services), operation.id)
    await stage.until(operation.id, 'succeeded')
    await waitFor('the late answer', async () => {
      const attempt = await db.provisioningLog.findFirst({ where: { operationId: operation.id, action: 'servers.create' } })
      return { value: attempt?.effect === 'done' ? attempt : null, seen: attempt?.effect ?? 'none' }
    })
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionOwnerId: OWNER })
    expect(await db.orphan.count()).toBe(0)
  })

  it('is sent beside other orders of the same owner, even while one of them is lost', async () => {
    fault(stage, { kind: 'drop-before-effect' })
    stage.startWorker()
    const orders = await Promise.all(Array.from({ length: 4 }, () => stage.order({ operatingSystemId: null })))
    for (const { operation } of orders) await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(4)
    expect(remotes(stage).map(({ ownerId }) => ownerId)).toEqual([OWNER, OWNER, OWNER, OWNER])
    expect(await stage.services.db.operationEvent.count({ where: { code: 'waiting', params: { path: ['diagnosis', 'code'], equals: 'waiting_for_owner' } } })).toBe(0)
  })

  it('stops with a reason when the panel does not know whom the server is for, and goes on once it does', async () => {
    stage.startWorker()
    const { server, operation } = await stage.order({ operatingSystemId: null, features: { virtfusion_user_id: 77 } })
    const failed = await stage.until(operation.id, 'failed')
    expect(failed.diagnosis).toMatchObject({ code: 'recipient_unknown', params: { ownerId: 77 } })
    const { users: known } = stage.simulator.control.state
    const somebody = known.get(OWNER) ?? expect.fail('no user')
    known.set(77, { ...somebody, id: 77, email: 'new@example.com' })
    await retryOperation(stage.admin, operation.id)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect((await stage.server(server.id)).virtfusionOwnerId).toBe(77)
  })

  it('asks a person when several servers stand with the throw-away user, and goes on with the one that is adopted', async () => {
    fault(stage, { kind: 'duplicate' })
    fault(stage, { kind: 'drop-after-effect' })
    stage.startWorker()
    const { server, operation } = await stage.order({ operatingSystemId: null })
    const held = await stage.until(operation.id, 'needs_attention')
    expect(held.diagnosis).toMatchObject({ code: 'create_several_candidates', params: { count: 2 } })
    const [first] = remotes(stage)
    await resolveOperation(stage.admin, operation.id, { decision: 'adopt', virtfusionServerId: first?.id ?? 0, reason: 'The first one.' })
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ virtfusionServerId: first?.id, virtfusionOwnerId: OWNER })
  })

  it('says that the token may not delete users any more, and goes on at the fence when somebody tries again', async () => {
    fault(stage, { kind: 'drop-before-effect' })
    fault(stage, { operation: 'DELETE /users/{ext}/byExtRelation', kind: 'status', status: 403, body: { errors: ['forbidden'] } })
    stage.startWorker()
    const { operation } = await stage.order({ operatingSystemId: null })
    const held = await stage.until(operation.id, 'needs_attention')
    expect(held.diagnosis).toMatchObject({ code: 'escrow_fence_forbidden' })
    await resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'The permission is back.' })
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
  })

  it('takes the throw-away user away when the order is abandoned, and names the order of what stands with one all the same', async () => {
    fault(stage, { kind: 'drop-before-effect' })
    fault(stage, { operation: 'DELETE /users/{ext}/byExtRelation', kind: 'status', status: 403, body: { errors: ['forbidden'] } })
    stage.startWorker()
    const { operation } = await stage.order({ operatingSystemId: null })
    await stage.until(operation.id, 'needs_attention')
    const { server: other, operation: done } = await stage.order({ operatingSystemId: null })
    await stage.until(done.id, 'succeeded')
    await resolveOperation(stage.admin, operation.id, { decision: 'abandon', reason: 'Not needed any more.' })
    const spent = await stage.services.db.escrowUser.findMany({ orderBy: { createdAt: 'asc' } })
    expect(users(stage).map(({ id }) => id)).toEqual(spent.filter(({ operationId }) => operationId === done.id).map(({ virtfusionUserId }) => virtfusionUserId))

    // Somebody gives a server to the spent user of an order that succeeded long ago.
    const [kept] = users(stage)
    await fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userId: kept?.id, built: false }) })
    await sweep(stage.services, new AbortController().signal)
    expect(await stage.services.db.orphan.findMany()).toMatchObject([{ virtfusionOwnerId: kept?.id, operationId: done.id }])
    expect((await stage.server(other.id)).vanishedAt).toBeNull()
  })

  it('keeps the mode that it was asked in, and new orders follow the connection', async () => {
    const { operation } = await stage.order()
    expect(operation.memory).toMatchObject({ order: { mode: 'escrow' } })
    await overwriteGroup(stage.services.db, 'escrow', { passed: { connection: 'another', at: new Date().toISOString() } }, null)
    expect(await readCreateMode(stage.services)).toEqual({ chosen: 'escrow', inForce: 'direct', hold: 'connection_changed' })
    const { operation: later } = await stage.order()
    expect(later.memory).toMatchObject({ order: { mode: 'direct' } })
  })
})
