import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AcceptedSchema, CustomerAcceptedSchema, DeleteServerSchema, RebuildServerSchema } from '../../../shared/schemas/servers.ts'
import type { Call } from '../../../server/context.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import type { ChangeRequest } from '../../../server/domains/servers/change-server.ts'
import { cancelDeletion } from '../../../server/domains/servers/cancel-deletion.ts'
import { deleteServer } from '../../../server/domains/servers/delete-server.ts'
import { getOwnServer } from '../../../server/domains/servers/get-own-server.ts'
import { getServer } from '../../../server/domains/servers/get-server.ts'
import { listActivity } from '../../../server/domains/servers/list-activity.ts'
import { powerOwnServer } from '../../../server/domains/servers/power-own-server.ts'
import { powerServer } from '../../../server/domains/servers/power-server.ts'
import { rebuildServer } from '../../../server/domains/servers/rebuild-server.ts'
import { refreshServer } from '../../../server/domains/servers/refresh-server.ts'
import { renameOwnServer } from '../../../server/domains/servers/rename-own-server.ts'
import { suspendServer } from '../../../server/domains/servers/suspend-server.ts'
import { unsuspendServer } from '../../../server/domains/servers/unsuspend-server.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { whileHeld } from '../support/while-held.ts'
import { stockOf } from './stock.ts'

let services: TestServices
let stock: ReturnType<typeof stockOf>
let call: Call
beforeAll(async () => {
  services = await createTestServices()
  stock = stockOf(services)
  call = callAs(services, await stock.admin())
})
afterAll(() => services.close())

async function scene(fields: Parameters<typeof stock.server>[2] = {}) {
  const customer = await stock.customer()
  const server = await stock.server(customer, await stock.plan(), fields)
  return { customer, server, request: { serverId: server.id, idempotencyKey: null }, own: callAs(services, customer) }
}

const operationsOf = (serverId: string) => services.db.operation.count({ where: { serverId } })

describe('a change of a server', () => {
  it('is asked for, not done: the suspension shows only when the panel has confirmed it', async () => {
    const { server, request } = await scene()
    const accepted = await suspendServer(call, request, { reason: 'unpaid' })
    expect(AcceptedSchema.parse(accepted)).toEqual(accepted)
    expect(accepted).toMatchObject({ operation: { kind: 'suspend', state: 'queued' }, server: { suspension: null, operation: { id: accepted.operation.id } } })
    const row = await services.db.server.findUniqueOrThrow({ where: { id: server.id } })
    expect(row).toMatchObject({ desiredSuspended: true, suspendedAt: null })
    const operation = await services.db.operation.findUniqueOrThrow({ where: { id: accepted.operation.id } })
    expect(operation.input).toEqual({ reason: 'unpaid' })
  })

  it('is refused with the reason of the rules, and leaves no row', async () => {
    const { server, request } = await scene({ suspendedAt: new Date() })
    await expect(powerServer(call, request, { action: 'restart' })).rejects.toMatchObject({ code: 'conflict', reason: 'server_state_conflict', message: 'This server is suspended.' })
    expect(await operationsOf(server.id)).toBe(0)
  })

  it.each([['owner', 'open'], ['identity', 'open'], ['owner', 'ignored']] as const)('is refused to a customer while the panel shows the server as another\'s (%s, %s), so that none stands in the way of the admins', async (field, state) => {
    const { server, request, own } = await scene()
    await services.db.driftFinding.create({ data: { serverId: server.id, field, state, ourValue: 7, panelValue: 70 } })
    const looking = { code: 'conflict', reason: 'server_state_conflict', message: 'Your host is looking at this server.' }
    await expect(powerOwnServer(own, request, { action: 'restart' })).rejects.toMatchObject(looking)
    await expect(renameOwnServer(own, request, { name: 'mine-still' })).rejects.toMatchObject(looking)
    expect(await operationsOf(server.id)).toBe(0)
    expect(await getOwnServer(own, server.id)).toMatchObject({ isMissing: true, canSignInAtPanel: false })

    expect(await suspendServer(call, request, { reason: 'moved' })).toMatchObject({ operation: { kind: 'suspend', state: 'queued' } })
  })

  it.each([['owner', 'taken'], ['owner', 'gone'], ['memoryMb', 'open']] as const)('is the customer\'s again where whose server it is stands in no doubt (%s, %s)', async (field, state) => {
    const { server, request, own } = await scene()
    await services.db.driftFinding.create({ data: { serverId: server.id, field, state, ourValue: 7, panelValue: 70 } })
    expect(await powerOwnServer(own, request, { action: 'restart' })).toMatchObject({ operation: { kind: 'restart', state: 'queued' }, server: { isMissing: false } })
  })

  it.each([
    ['boot', { power: 'running' }, (request: ChangeRequest) => powerServer(call, request, { action: 'boot' })],
    ['poweroff', { power: 'stopped' }, (request: ChangeRequest) => powerServer(call, request, { action: 'poweroff' })],
    ['suspend', { suspendedAt: new Date() }, (request: ChangeRequest) => suspendServer(call, request, {})],
    ['unsuspend', {}, (request: ChangeRequest) => unsuspendServer(call, request)],
  ] as const)('is taken for %s although our row shows it done: only the panel knows', async (kind, fields, ask) => {
    const { request } = await scene(fields)
    expect(await ask(request)).toMatchObject({ operation: { kind, state: 'queued' } })
  })

  it('lets one of many at once through: the others hear that something is under way', async () => {
    const { server, request } = await scene()
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => powerServer(call, request, { action: 'restart' })))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' })
    expect(await operationsOf(server.id)).toBe(1)
  })

  it('is not taken from a customer once the deletion is due: a server that is always busy would never be deleted', async () => {
    const { own, request } = await scene({ deletionDueAt: new Date(Date.now() - 1000), deletionRequestedAt: new Date(Date.now() - 3_600_000) })
    await expect(powerOwnServer(own, request, { action: 'restart' })).rejects.toMatchObject({ code: 'conflict', message: 'This server is being deleted.' })
    await expect(renameOwnServer(own, request, { name: 'another-name' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('answers the same key again with the first operation, while that is under way and after it', async () => {
    const { server, request } = await scene()
    const keyed = { ...request, idempotencyKey: randomUUID() }
    const answers = await Promise.all(Array.from({ length: 10 }, () => powerServer(call, keyed, { action: 'shutdown' })))
    expect(new Set(answers.map((answer) => answer.operation.id)).size).toBe(1)
    await services.db.operation.updateMany({ where: { serverId: server.id }, data: { state: 'succeeded' } })
    await services.db.server.update({ where: { id: server.id }, data: { power: 'stopped' } })
    const late = await powerServer(call, keyed, { action: 'shutdown' })
    expect(late.operation).toMatchObject({ id: answers[0]?.operation.id, state: 'succeeded' })
    await expect(powerServer(call, keyed, { action: 'restart' })).rejects.toMatchObject({ reason: 'idempotency_key_reused' })
  })

  it('is written to the audit log with who asked', async () => {
    const { server, request } = await scene({ suspendedAt: new Date() })
    await unsuspendServer(call, request)
    expect(await services.db.auditEvent.findMany({ where: { entityId: server.id } })).toMatchObject([{ action: 'server.unsuspended', actorId: call.user.id, requestId: call.requestId }])
  })
})

/** A call of a rename that was written down before it left. */
const sentRename = (operationId: string | undefined, ending: Partial<Prisma.ProvisioningLogUncheckedCreateInput>) =>
  services.db.provisioningLog.create({ data: { operationId: operationId ?? null, action: 'servers.rename', method: 'PUT', path: '/servers/1/modify/name', ...ending } })

describe('what gives way to an admin', () => {
  const decisions = [
    ['suspend', (request: ChangeRequest, by = call) => suspendServer(by, request, { reason: 'abuse' })],
    ['unsuspend', (request: ChangeRequest, by = call) => unsuspendServer(by, request)],
    ['delete', (request: ChangeRequest, by = call) => deleteServer(by, request, { delayMinutes: 0, confirm: 'web' })],
  ] as const

  it.each(decisions)('is a restart that is under way: %s takes its place at once, and the timeline says for what and by whom', async (kind, decide) => {
    const { own, server, request } = await scene()
    const restart = await powerOwnServer(own, request, { action: 'restart' })
    await services.db.operation.update({ where: { id: restart.operation.id }, data: { state: 'running', step: 'verify', leaseToken: 3, leaseExpiresAt: new Date(Date.now() + 5000) } })
    expect((await decide(request)).operation).toMatchObject({ kind, state: 'queued' })
    const ended = await services.db.operation.findUniqueOrThrow({ where: { id: restart.operation.id }, include: { events: { orderBy: { createdAt: 'asc' } } } })
    expect(ended).toMatchObject({ state: 'cancelled', leaseToken: 4n, leaseExpiresAt: null, finishedAt: expect.any(Date) })
    expect(ended.events.at(-1)).toMatchObject({ code: 'superseded', params: { kind }, actorId: call.user.id })
    const { items } = await listActivity(own, server.id, { limit: 10 })
    expect(items.map((item) => item.text)).toContain('The restart of your server was called off.')
    expect(await services.db.auditEvent.findMany({ where: { action: 'operation.superseded', entityId: ended.id, actorId: call.user.id } })).toMatchObject([{ after: { by: kind } }])
    // A customer who goes on pressing does not get in between.
    await expect(powerOwnServer(own, request, { action: 'restart' })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is a rename as well; a name that never left for the panel is not ours any more', async () => {
    const { own, server, request } = await scene()
    const { operation } = await renameOwnServer(own, request, { name: 'shop' })
    await sentRename(operation?.id, { completedAt: new Date(), outcome: 'rejected', effect: 'none' })
    await suspendServer(call, request, {})
    expect(await services.db.operation.findUniqueOrThrow({ where: { id: operation?.id ?? '' } })).toMatchObject({ state: 'cancelled' })
    expect((await getServer(call, server.id)).name).toBe(server.name)
  })

  it('is a rename that was sent; its name stays ours, for the panel may have it by now', async () => {
    const { own, server, request } = await scene()
    const { operation } = await renameOwnServer(own, request, { name: 'shop' })
    await sentRename(operation?.id, {})
    await suspendServer(call, request, {})
    expect((await getServer(call, server.id)).name).toBe('shop')
  })

  it('is a rename whose name somebody has replaced by the panel\'s meanwhile; that one stays', async () => {
    const { own, server, request } = await scene()
    await renameOwnServer(own, request, { name: 'shop' })
    await services.db.server.update({ where: { id: server.id }, data: { name: 'of-the-panel' } })
    await suspendServer(call, request, {})
    expect((await getServer(call, server.id)).name).toBe('of-the-panel')
  })

  it('gives way to one of many admins at once: the others hear that something is under way', async () => {
    const { own, server, request } = await scene()
    await powerOwnServer(own, request, { action: 'restart' })
    const others = callAs(services, await stock.admin())
    const answers = await Promise.allSettled([...decisions, ...decisions, ...decisions].map(([, decide], index) => decide(request, index % 2 === 0 ? call : others)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' })
    const states = await services.db.operation.groupBy({ by: ['state'], where: { serverId: server.id }, _count: true })
    expect(new Map(states.map(({ state, _count }) => [state, _count]))).toEqual(new Map([['cancelled', 1], ['queued', 1]]))
  })

  it('gives way although a worker takes it up at that very moment', async () => {
    const { own, request } = await scene()
    const { operation } = await powerOwnServer(own, request, { action: 'restart' })
    const claim = { first: `update operations set state = 'running', lease_token = lease_token + 1, lease_expires_at = now() + interval '6 seconds', version = version + 1 where id = '${operation.id}'` }
    expect(await whileHeld(services, claim, () => suspendServer(call, request, {}))).toMatchObject({ operation: { kind: 'suspend' } })
    expect(await services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'cancelled', leaseToken: 2n, leaseExpiresAt: null })
  })

  it.each([
    ['a create', { kind: 'create', step: 'settle', state: 'running' }],
    ['a reinstallation', { kind: 'rebuild', state: 'running' }],
    ['a deletion', { kind: 'delete', state: 'running' }],
    ['a suspension', { kind: 'suspend', state: 'queued' }],
    ['a power action that a person has to look at', { kind: 'restart', state: 'needs_attention' }],
  ] as const)('is never %s', async (_, fields) => {
    const { server, request } = await scene()
    const { id } = await stock.operation(server, fields)
    for (const [, decide] of decisions) await expect(decide(request)).rejects.toMatchObject({ code: 'conflict' })
    expect(await services.db.operation.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: fields.state })
    expect(await operationsOf(server.id)).toBe(1)
  })

  it('goes on beside a deletion that waits for its day, and gives way to nothing else', async () => {
    const { own, server, request } = await scene()
    const { operation } = await powerOwnServer(own, request, { action: 'restart' })
    await expect(powerServer(call, request, { action: 'poweroff' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(rebuildServer(call, request, { operatingSystemId: 2, confirm: server.reference })).rejects.toMatchObject({ code: 'conflict' })
    await deleteServer(call, request, { delayMinutes: 60, confirm: server.reference })
    expect(await services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'queued' })
  })
})

describe('deleteServer and rebuildServer', () => {
  it('refuse a wrong confirmation at its field, and take the name or the reference', async () => {
    const { server, request } = await scene({ name: 'db' })
    const wrong = { code: 'invalid_input', fields: { confirm: expect.stringContaining(server.reference) } }
    await expect(deleteServer(call, request, { delayMinutes: 0, confirm: 'DB' })).rejects.toMatchObject(wrong)
    await expect(rebuildServer(call, request, { operatingSystemId: 2, confirm: '' })).rejects.toMatchObject(wrong)
    expect(await operationsOf(server.id)).toBe(0)
    const { operation } = await deleteServer(call, request, { delayMinutes: 0, confirm: 'db' })
    expect(operation).toMatchObject({ kind: 'delete', state: 'queued' })
  })

  it.each([
    ['what the request names', { operatingSystemId: 7 }, 3, 5, 7],
    ['what the server has, where the request names nothing', {}, 3, 5, 3],
    ['what the plan sells, where nobody knows what the server has', {}, null, 5, 5],
  ] as const)('install %s', async (_, asked, installed, sold, expected) => {
    const plan = await stock.plan({ features: { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1, virtfusion_operating_system_id: sold } })
    const server = await stock.server(await stock.customer(), plan, { operatingSystemId: installed })
    const { operation } = await rebuildServer(call, { serverId: server.id, idempotencyKey: null }, { ...asked, confirm: server.reference })
    expect(await services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ kind: 'rebuild', input: { operatingSystemId: expected } })
  })

  it('name the field where nothing tells what to install, and the confirmation is still asked for', async () => {
    const { server, request } = await scene()
    const nameless = rebuildServer(call, request, RebuildServerSchema.parse({ confirm: server.reference }))
    await expect(nameless).rejects.toMatchObject({ code: 'invalid_input', fields: { operatingSystemId: expect.stringContaining('Give the id') } })
    expect(RebuildServerSchema.safeParse({}).success).toBe(false)
    expect(await operationsOf(server.id)).toBe(0)
  })

  it('keep a delay on our side: the server stays free for other changes until it is due', async () => {
    const { server, request } = await scene()
    const { operation, server: answer } = await deleteServer(call, request, { delayMinutes: 60, confirm: server.reference })
    expect(operation).toMatchObject({ kind: 'delete', state: 'waiting', step: 'scheduled' })
    expect(answer.operation).toBeNull()
    expect(Date.parse(answer.deletion?.dueAt ?? '')).toBeGreaterThan(Date.now() + 59 * 60_000)
    await expect(deleteServer(call, request, { delayMinutes: 0, confirm: server.reference })).rejects.toMatchObject({ message: 'The deletion is already scheduled.' })
    await powerServer(call, request, { action: 'shutdown' })
  })
})

describe('a deletion that the panel is to hold', () => {
  it('is asked for at once with its delay, at most what newer panels take', async () => {
    const { server, request } = await scene({ virtfusionServerId: 4711, virtfusionUuid: randomUUID() })
    const { operation, server: answer } = await deleteServer(call, request, { delayMinutes: 43_800, heldBy: 'panel', confirm: server.reference })
    expect(operation).toMatchObject({ kind: 'delete', state: 'queued', step: 'check' })
    expect(answer.deletion).toBeNull()
    expect(await services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ input: { delayMinutes: 43_799, heldBy: 'panel' } })
    expect(await services.db.auditEvent.findFirst({ where: { entityId: server.id }, orderBy: { createdAt: 'desc' } })).toMatchObject({ action: 'server.deletion_scheduled', after: { heldBy: 'panel' } })
  })

  it('needs a minute at least, and a server at the panel', async () => {
    const { server, request } = await scene({ virtfusionServerId: null, virtfusionUuid: null })
    expect(DeleteServerSchema.safeParse({ delayMinutes: 0, heldBy: 'panel', confirm: 'x' }).error?.issues).toMatchObject([{ path: ['delayMinutes'] }])
    expect(DeleteServerSchema.parse({ confirm: 'x' })).toEqual({ delayMinutes: 0, confirm: 'x' })
    await expect(deleteServer(call, request, { delayMinutes: 60, heldBy: 'panel', confirm: server.reference })).rejects.toMatchObject({ code: 'invalid_input', fields: { heldBy: expect.any(String) } })
    expect(await operationsOf(server.id)).toBe(0)
  })
})

describe('cancelDeletion', () => {
  it('leaves the server as it was, tells the customer, and lets a deletion be asked for again', async () => {
    const { server, request, customer } = await scene()
    const asked = await deleteServer(call, request, { delayMinutes: 60, confirm: server.reference })
    await powerServer(call, request, { action: 'restart' })
    const accepted = await cancelDeletion(call, request)
    expect(AcceptedSchema.parse(accepted)).toEqual(accepted)
    expect(accepted).toMatchObject({ operation: { id: asked.operation.id, state: 'cancelled' }, server: { deletion: null, lifecycle: 'active' } })
    const notices = await services.db.notification.findMany({ where: { userId: customer.id }, orderBy: { createdAt: 'asc' } })
    expect(notices.map((notice) => notice.code)).toEqual(['deletion_scheduled', 'deletion_cancelled'])
    await expect(cancelDeletion(call, request)).rejects.toMatchObject({ code: 'conflict', message: 'No deletion is scheduled.' })
  })

  it('answers the same request again as the first time, and leaves a deletion alone that was scheduled since', async () => {
    const { server, request } = await scene()
    const keyed = { ...request, idempotencyKey: randomUUID() }
    const first = await deleteServer(call, request, { delayMinutes: 60, confirm: server.reference })
    const answers = [await cancelDeletion(call, keyed), await cancelDeletion(call, keyed)]
    for (const answer of answers) expect(answer).toMatchObject({ operation: { id: first.operation.id, state: 'cancelled' }, server: { deletion: null, lifecycle: 'active' } })

    const colleague = callAs(services, await stock.admin())
    const second = await deleteServer(colleague, request, { delayMinutes: 60, confirm: server.reference })
    expect(await cancelDeletion(call, keyed)).toMatchObject({ operation: { id: first.operation.id, state: 'cancelled' }, server: { deletion: { dueAt: expect.any(String) } } })
    expect(await services.db.operation.findUniqueOrThrow({ where: { id: second.operation.id } })).toMatchObject({ state: 'waiting', step: 'scheduled' })
    // The key is one person's: to a colleague it is new.
    expect(await cancelDeletion(colleague, keyed)).toMatchObject({ operation: { id: second.operation.id, state: 'cancelled' }, server: { deletion: null } })
    await stock.operation(server, { kind: 'delete', state: 'failed' })
    expect(await cancelDeletion(call, keyed)).toMatchObject({ operation: { id: first.operation.id } })
  })

  it('refuses a new request where nothing is scheduled, also after a deletion that was called off', async () => {
    const { server, request } = await scene()
    await deleteServer(call, request, { delayMinutes: 60, confirm: server.reference })
    await cancelDeletion(call, { ...request, idempotencyKey: randomUUID() })
    await expect(cancelDeletion(call, { ...request, idempotencyKey: randomUUID() })).rejects.toMatchObject({ code: 'conflict', message: 'No deletion is scheduled.' })
  })

  it('answers alike where the same request comes many times at once, and calls one deletion off', async () => {
    const { server, request } = await scene()
    const keyed = { ...request, idempotencyKey: randomUUID() }
    const { operation } = await deleteServer(call, request, { delayMinutes: 60, confirm: server.reference })
    const answers = await Promise.all(Array.from({ length: 8 }, () => cancelDeletion(call, keyed)))
    for (const answer of answers) expect(answer).toMatchObject({ operation: { id: operation.id, state: 'cancelled' }, server: { deletion: null } })
    expect(await services.db.operationEvent.count({ where: { operationId: operation.id, code: 'cancelled_by_person' } })).toBe(1)
  })

  it('refuses a key that stands for another decision about the same deletion', async () => {
    const { server, request } = await scene()
    const keyed = { ...request, idempotencyKey: randomUUID() }
    const { operation } = await deleteServer(call, request, { delayMinutes: 60, confirm: server.reference })
    await services.db.operation.update({ where: { id: operation.id }, data: { step: 'check', state: 'waiting', nextAttemptAt: new Date(Date.now() + 60_000) } })
    await retryOperation(call, operation.id, keyed.idempotencyKey)
    await expect(cancelDeletion(call, keyed)).rejects.toMatchObject({ reason: 'idempotency_key_reused' })
  })

  it('comes too late once the deletion has begun', async () => {
    const { server, request } = await scene()
    const { operation } = await deleteServer(call, request, { delayMinutes: 60, confirm: server.reference })
    await services.db.operation.update({ where: { id: operation.id }, data: { step: 'check', state: 'running' } })
    await expect(cancelDeletion(call, request)).rejects.toMatchObject({ code: 'conflict' })
    expect(await services.db.server.findUniqueOrThrow({ where: { id: server.id } })).toMatchObject({ deletionDueAt: expect.any(Date) })
  })
})

describe('a customer', () => {
  it('switches the own server off, and reads an answer without the panel', async () => {
    const { own, server, request } = await scene()
    const accepted = await powerOwnServer(own, request, { action: 'poweroff' })
    expect(CustomerAcceptedSchema.parse(accepted)).toEqual(accepted)
    expect(accepted.operation).toMatchObject({ kind: 'poweroff', step: 'check', serverId: server.id })
    expect(accepted.operation.stepLabel).toBe('Your server is being switched off.')
  })

  it.each([
    ['power', (own: Call, serverId: string) => powerOwnServer(own, { serverId, idempotencyKey: null }, { action: 'boot' })],
    ['rename', (own: Call, serverId: string) => renameOwnServer(own, { serverId, idempotencyKey: null }, { name: 'mine now' })],
    ['activity', (own: Call, serverId: string) => listActivity(own, serverId, { limit: 10 })],
    ['an admin\'s verb', (own: Call, serverId: string) => suspendServer(own, { serverId, idempotencyKey: null }, {})],
  ])('does not reach a foreign server by %s', async (_, act) => {
    const { server } = await scene({ power: 'stopped' })
    await expect(act(callAs(services, await stock.customer()), server.id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await operationsOf(server.id)).toBe(0)
    expect(await services.db.server.findUniqueOrThrow({ where: { id: server.id } })).toMatchObject({ name: server.name, desiredSuspended: false })
  })

  it('renames at once, and asks the panel to follow; the same name again asks for nothing', async () => {
    const { own, server, request } = await scene()
    expect(await renameOwnServer(own, request, { name: 'shop' })).toMatchObject({ name: 'shop', operation: { kind: 'rename' } })
    expect(await renameOwnServer(own, request, { name: 'shop' })).toMatchObject({ name: 'shop' })
    expect(await operationsOf(server.id)).toBe(1)
  })

  it('reads the activity in plain words; an admin reads who asked and what went wrong', async () => {
    const { own, server } = await scene()
    await stock.operation(server, { kind: 'restart', state: 'succeeded', actorKind: 'person', actorId: own.user.id, createdAt: new Date(1000) })
    await stock.operation(server, { kind: 'suspend', state: 'failed', actorKind: 'person', actorId: call.user.id, diagnosis: { code: 'verify_timeout', params: {} } })
    const texts = async (asking: Call) => (await listActivity(asking, server.id, { limit: 10 })).items.map((item) => item.text)
    expect(await texts(own)).toEqual(['Your server was not suspended.', 'Your server was restarted.'])
    expect((await texts(call))[0]).toContain(`Asked by ${call.user.name}.`)
  })
})

describe('refreshServer', () => {
  it('asks for one observation however often it is pressed, and refuses what the panel can\'t know', async () => {
    const { server } = await scene()
    await Promise.all([1, 2, 3].map(() => refreshServer(call, server.id)))
    const jobs = await services.db.$queryRaw<unknown[]>`select 1 from graphile_worker.jobs where key = ${`observe:${server.id}`}`
    expect(jobs).toHaveLength(1)
    const { server: unborn } = await scene({ lifecycle: 'provisioning', virtfusionServerId: null, virtfusionUuid: null })
    await expect(refreshServer(call, unborn.id)).rejects.toMatchObject({ code: 'conflict' })
    expect((await getServer(call, server.id)).id).toBe(server.id)
  })
})
