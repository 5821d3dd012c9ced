import { describe, expect, it } from 'vitest'
import { SafeModeReportSchema, SafeModeSchema, type LeaveSafeMode } from '../../../shared/schemas/identity.ts'
import { askForSafeMode } from '../../../server/domains/identity/ask-for-safe-mode.ts'
import { cancelDeletion } from '../../../server/domains/servers/cancel-deletion.ts'
import { enterSafeMode, isInSafeMode } from '../../../server/domains/identity/enter-safe-mode.ts'
import { getIdentity } from '../../../server/domains/identity/get-identity.ts'
import { getSafeMode } from '../../../server/domains/identity/get-safe-mode.ts'
import { keepWitness } from '../../../server/domains/identity/keep-witness.ts'
import { leaveSafeMode } from '../../../server/domains/identity/leave-safe-mode.ts'
import { reportDifferences } from '../../../server/domains/identity/report-differences.ts'
import { cancelOperation } from '../../../server/domains/operations/cancel-operation.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { getPanelStatus } from '../../../server/domains/panel/get-panel-status.ts'
import { powerServer } from '../../../server/domains/servers/power-server.ts'
import { lockConnection } from '../../../server/domains/settings/lock-connection.ts'
import { overwriteGroup } from '../../../server/domains/settings/registry.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { checkIdentity } from '../../../server/engine/identity/check-identity.ts'
import { describeNotification } from '../../../server/messages/en/notifications.ts'
import { RESTRICTED_TOKEN, waitFor, type Stage } from '../engine/support.ts'
import { callAs } from '../support/services.ts'
import { becomeAnother, bindOne, boundStage, identityOf, makeRemote, otherPanel, reasonOf, told } from './support.ts'

const hostOf = (stage: Stage) => new URL(stage.simulator.url).host
const leave = (stage: Stage, decision: LeaveSafeMode['decision'], given: Partial<LeaveSafeMode> = {}) =>
  leaveSafeMode(stage.admin, { decision, confirm: hostOf(stage), reason: 'Looked at both', ...given })
const doubt = (stage: Stage, code = 'fingerprint_changed') => enterSafeMode(stage.services.db, stage.services, { code, params: {} })
const groupOf = async (stage: Stage, kind: string) => (await reportDifferences(stage.admin)).groups.find((group) => group.kind === kind)
/** From here on the token finds the witness, but may not count in its name. */
function mayReadOnly({ simulator }: Stage): void {
  const permissions = ['GET /connect', 'GET /packages', 'GET /compute/hypervisors/groups', 'GET /servers', 'GET /users/{ext}/byExtRelation']
  simulator.control.tokens = simulator.control.tokens.map((token) => (token.value === simulator.token ? { ...token, permissions } : token))
}

const changes = (stage: Stage) => stage.simulator.control.ledger.calls.filter(({ operation }) => !operation.startsWith('GET '))

describe('the screen', () => {
  it('says since when, why, what was stored beside what is seen, and what is bound', async () => {
    const stage = await boundStage()
    becomeAnother(stage.simulator)
    await checkIdentity(stage.services)
    const mode = await getSafeMode(stage.admin)
    expect(SafeModeSchema.parse(mode)).toEqual(mode)
    expect(mode).toMatchObject({ reason: { code: 'fingerprint_changed', title: 'The panel may be another one' }, bound: { servers: 1 }, host: hostOf(stage), failure: null, stopsOperations: false })
    expect(mode.compared).toContainEqual({ what: 'Packages and hypervisor groups', stored: '8 known', seen: '0 of 8 still there under their names', isSame: false })
    expect(mode.compared).toContainEqual(expect.objectContaining({ what: 'Address of the panel', isSame: true }))
  })

  it('says that all is well outside of safe mode, and asks the panel nothing', async () => {
    const stage = await boundStage()
    const before = stage.simulator.control.ledger.calls.length
    expect(await getSafeMode(stage.admin)).toMatchObject({ since: null, reason: null, compared: [] })
    expect(stage.simulator.control.ledger.calls).toHaveLength(before)
  })

  it('tells a customer that changes are paused, and not why', async () => {
    const stage = await boundStage()
    await doubt(stage)
    const customer = callAs(stage.services, { id: stage.customerId, name: 'C', email: 'c@example.com', role: 'customer' })
    expect(await getPanelStatus(customer)).toMatchObject({ safeMode: { since: expect.any(String), reason: null } })
    expect(await getPanelStatus(stage.admin)).toMatchObject({ safeMode: { reason: { code: 'fingerprint_changed' } } })
  })
})

describe('an admin who knows that the panel was put back', () => {
  it('has Berth read only, with his name and reason for the other admins, once', async () => {
    const stage = await boundStage()
    stage.startWorker()
    expect(await askForSafeMode(stage.admin, { reason: 'Backup of Tuesday.' })).toMatchObject({
      since: expect.any(String), reason: { code: 'safe_mode_asked', title: 'An admin asked for safe mode', cause: `Asked for by ${stage.admin.user.name}, with the reason: Backup of Tuesday.` },
    })
    expect(await stage.services.db.auditEvent.findFirst({ where: { action: 'safe_mode.entered' } })).toMatchObject({ actorId: stage.admin.user.id, after: { code: 'safe_mode_asked', person: stage.admin.user.name, reason: 'Backup of Tuesday.' } })
    expect(await stage.until((await stage.ask(stage.bound.id, 'suspend')).id, 'waiting')).toMatchObject({ diagnosis: { code: 'safe_mode' } })
    expect(changes(stage)).toEqual([])
    await expect(askForSafeMode(stage.admin, { reason: 'Again' })).rejects.toMatchObject({ reason: 'in_safe_mode' })
  })
})

describe('the report', () => {
  it('names what the panel lost, what is back to life, and what changed hands, by reads alone', async () => {
    const stage = await boundStage()
    const { simulator } = stage
    const [lost, deleted, moved, taken] = [await bindOne(stage), await bindOne(stage, { lifecycle: 'deleted' }), await bindOne(stage), await bindOne(stage, { virtfusionUuid: 'another' })]
    const unknown = await makeRemote(simulator)
    simulator.control.state.servers.delete(lost.virtfusionServerId ?? 0)
    const remote = simulator.control.state.servers.get(moved.virtfusionServerId ?? 0)
    if (remote) remote.ownerId = 1

    const report = await reportDifferences(stage.admin)
    expect(SafeModeReportSchema.parse(report)).toEqual(report)
    const shown = Object.fromEntries(report.groups.map(({ kind, items }) => [kind, items.map(({ virtfusionServerId }) => virtfusionServerId)]))
    expect(shown).toEqual({
      same: [stage.bound.virtfusionServerId], missing: [lost.virtfusionServerId], resurrected: [deleted.virtfusionServerId],
      owner_changed: [moved.virtfusionServerId], uuid_differs: [taken.virtfusionServerId], unknown: [unknown.id],
    })
    expect(changes(stage)).toEqual([])
  })

  it('shows a panel that was put back: the newer server is missing, the deleted one is there', async () => {
    const stage = await boundStage()
    stage.simulator.control.snapshot('backup')
    await stage.services.db.server.update({ where: { id: stage.bound.id }, data: { lifecycle: 'deleted' } })
    const newer = await bindOne(stage)
    stage.simulator.control.restoreSnapshot('backup')
    expect(await groupOf(stage, 'missing')).toMatchObject({ count: 1, items: [{ serverId: newer.id }] })
    expect(await groupOf(stage, 'resurrected')).toMatchObject({ count: 1, items: [{ serverId: stage.bound.id }] })
  })

  it('says so where the token may not list, and fails where no complete list came', async () => {
    const blind = await boundStage({}, { token: RESTRICTED_TOKEN })
    expect(await reportDifferences(blind.admin)).toMatchObject({ failure: { code: 'forbidden' }, groups: [] })
    const stage = await boundStage()
    stage.simulator.control.faults.add({ kind: 'status', status: 500 })
    await expect(reportDifferences(stage.admin)).rejects.toMatchObject({ code: 'panel_unavailable' })
  })
})

describe('leaving', () => {
  it('is refused outside of safe mode, without the host, and while the panel can\'t be asked', async () => {
    const stage = await boundStage()
    await expect(leave(stage, 'same_panel')).rejects.toMatchObject({ reason: 'not_in_safe_mode' })
    await doubt(stage)
    await expect(leave(stage, 'same_panel', { confirm: 'yes' })).rejects.toMatchObject({ fields: { confirm: expect.stringContaining(hostOf(stage)) } })
    stage.simulator.control.faults.add({ kind: 'status', status: 500 })
    await expect(leave(stage, 'same_panel')).rejects.toMatchObject({ code: 'panel_unavailable' })
    expect(await isInSafeMode(stage.services.db)).toBe(true)
  })

  it('is refused when that safe mode has ended and another began: what was decided about one says nothing about the next', async () => {
    const stage = await boundStage()
    await doubt(stage)
    const { since } = await getSafeMode(stage.admin)
    await leave(stage, 'same_panel', { since: since ?? undefined })
    await doubt(stage, 'panel_is_another')
    await expect(leave(stage, 'same_panel', { since: since ?? undefined })).rejects.toMatchObject({ code: 'conflict', reason: 'safe_mode_changed' })
    expect(await isInSafeMode(stage.services.db)).toBe(true)
  })

  it.each([['never before', false], ['before', true]])('is refused when another connection, saved %s, was saved while the panel was looked at: the word was on another one', async (_, isSavedBefore) => {
    const stage = await boundStage()
    const saveSame = () => updateVirtfusionSettings(stage.admin, { apiUrl: stage.simulator.url, token: stage.simulator.token })
    if (isSavedBefore) await saveSame()
    const other = await otherPanel()
    await doubt(stage)
    const { panel } = stage.services
    let isMoved = false
    const client: typeof panel.client = async () => {
      const former = await panel.client()
      if (!isMoved) {
        isMoved = true
        await updateVirtfusionSettings(stage.admin, { apiUrl: other.url, token: other.token })
      }
      return former
    }
    const decision = { decision: 'same_panel', confirm: hostOf(stage), reason: 'Looked at both' } as const
    await expect(leaveSafeMode({ ...stage.admin, panel: { ...panel, client } }, decision)).rejects.toMatchObject({ code: 'conflict', reason: 'connection_changed' })
    expect(await isInSafeMode(stage.services.db)).toBe(true)
  })

  it('waits for a connection that is being saved, and is refused then', async () => {
    const stage = await boundStage()
    await doubt(stage)
    const { db } = stage.services
    let left: Promise<unknown> = Promise.resolve()
    await db.$transaction(async (tx) => {
      await lockConnection(tx)
      left = leave(stage, 'same_panel').catch((error: unknown) => error)
      await waitFor('the wait', async () => ({ value: (await db.$queryRaw<unknown[]>`select 1 from pg_locks where locktype = 'advisory' and not granted`).length || null, seen: 'none waits' }))
      await overwriteGroup(tx, 'virtfusion', { apiUrl: 'https://other.example.com', token: null, caPem: null, ownerMode: 'plan', connectedAt: null }, stage.admin.user.id)
    }, { timeout: 60_000 })
    expect(await left).toMatchObject({ code: 'conflict', reason: 'connection_changed' })
    expect(await isInSafeMode(db)).toBe(true)
  })

  it('is refused while this process still holds the client of a former address', async () => {
    const stage = await boundStage()
    await doubt(stage)
    const former = await stage.services.panel.client()
    const other = await otherPanel()
    await updateVirtfusionSettings(stage.admin, { apiUrl: other.url, token: other.token })
    const stale = { ...stage.admin, panel: { ...stage.services.panel, client: () => Promise.resolve(former) } }
    await expect(leaveSafeMode(stale, { decision: 'same_panel', confirm: hostOf(stage), reason: 'Looked at both' })).rejects.toMatchObject({ reason: 'connection_changed' })
  })

  it('as the same panel takes what is seen for what is known, is audited with the reason, and wakes what waited', async () => {
    const stage = await boundStage()
    const operation = await stage.ask(stage.bound.id, 'suspend')
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { state: 'waiting', nextAttemptAt: new Date(Date.now() + 60_000), diagnosis: { code: 'safe_mode', params: {} } } })
    becomeAnother(stage.simulator)
    await checkIdentity(stage.services)
    expect(await leave(stage, 'same_panel')).toMatchObject({ since: null })
    expect(await checkIdentity(stage.services)).toEqual({ type: 'same', by: 'fingerprint' })
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'waiting', nextAttemptAt: null })
    expect(await stage.services.db.auditEvent.findFirst({ where: { action: 'safe_mode.left' } })).toMatchObject({
      actorId: stage.admin.user.id, before: { code: 'fingerprint_changed' }, after: { decision: 'same_panel', reason: 'Looked at both', serversDetached: 0, operationsStopped: 0 },
    })
  })

  it('as the same panel keeps the numbers of customers that a server proves; the others are looked up again, for a panel from a backup gives numbers out again', async () => {
    const stage = await boundStage()
    const [proven, unproven] = await Promise.all([2, 77].map((virtfusionUserId) => stage.services.db.user.create({
      data: { email: `${virtfusionUserId}@example.com`, name: 'Customer', role: 'customer', virtfusionUserId },
    })))
    await doubt(stage, 'panel_was_restored')
    await leave(stage, 'same_panel')
    const numberOf = async (user?: { id: string }) => (await stage.services.db.user.findUniqueOrThrow({ where: { id: user?.id ?? '' } })).virtfusionUserId
    expect([await numberOf(proven), await numberOf(unproven)]).toEqual([2, null])
    expect(await stage.services.db.formerPanelUser.findMany()).toMatchObject([{ virtfusionUserId: 77, customerId: unproven?.id }])
  })

  it('as a new panel keeps no number, nor who had it at the former one: nothing that was sent there arrives here', async () => {
    const stage = await boundStage()
    const { db } = stage.services
    await db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId: 2 } })
    await db.formerPanelUser.create({ data: { virtfusionUserId: 77, customerId: stage.customerId } })
    await db.escrowUser.create({ data: { relation: 'an order at the former panel', virtfusionUserId: 78, operationId: stage.customerId } })
    await doubt(stage)
    await leave(stage, 'new_panel')
    expect([await db.user.count({ where: { virtfusionUserId: { not: null } } }), await db.formerPanelUser.count(), await db.escrowUser.count()]).toEqual([0, 0, 0])
  })

  it('lets go on what safe mode has held, and not before', async () => {
    const stage = await boundStage()
    await doubt(stage)
    stage.startWorker()
    const operation = await stage.ask(stage.bound.id, 'suspend')
    expect(await stage.until(operation.id, 'waiting', 'succeeded', 'needs_attention')).toMatchObject({ state: 'waiting', diagnosis: { code: 'safe_mode' } })
    expect(changes(stage)).toEqual([])
    await leave(stage, 'same_panel')
    await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.get(stage.bound.virtfusionServerId ?? 0)?.suspended).toBe(true)
  })

  it('counts the witness past what both sides remember, so that the next look agrees', async () => {
    const stage = await boundStage()
    await keepWitness(stage.admin, { keepsWitness: true })
    const witness = [...stage.simulator.control.state.users.values()].find(({ name }) => name.startsWith('Berth witness'))
    if (witness) witness.name = 'Berth witness 000041'
    await checkIdentity(stage.services)
    expect(await reasonOf(stage)).toMatchObject({ code: 'database_was_restored' })
    await leave(stage, 'same_panel')
    expect(witness?.name).toBe('Berth witness 000042')
    expect(await checkIdentity(stage.services)).toEqual({ type: 'same', by: 'witness' })
  })

  it('still knows after a refusal that our database was put back, although the witness has been counted past it', async () => {
    const stage = await boundStage()
    const { panel } = stage.services
    const saveAgain = () => updateVirtfusionSettings(stage.admin, { apiUrl: stage.simulator.url, token: stage.simulator.token })
    await saveAgain()
    await keepWitness(stage.admin, { keepsWitness: true })
    const { operation: order } = await stage.order()
    await doubt(stage, 'mass_vanish')
    const witness = [...stage.simulator.control.state.users.values()].find(({ name }) => name.startsWith('Berth witness'))
    if (witness) witness.name = 'Berth witness 000041'
    let isSaved = false
    const client: typeof panel.client = async () => {
      if (!isSaved) {
        isSaved = true
        await saveAgain()
      }
      return panel.client()
    }
    const decision = { decision: 'same_panel', confirm: hostOf(stage), reason: 'Looked at both' } as const
    await expect(leaveSafeMode({ ...stage.admin, panel: { ...panel, client } }, decision)).rejects.toMatchObject({ reason: 'connection_changed' })
    expect(witness?.name).toBe('Berth witness 000042')
    expect(await getSafeMode(stage.admin)).toMatchObject({ reason: { code: 'database_was_restored' }, stopsOperations: true })
    await leave(stage, 'same_panel')
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: order.id } })).toMatchObject({ state: 'needs_attention', diagnosis: { code: 'operation_from_before' } })
  })

  it('makes the witness again at a panel that lost it', async () => {
    const stage = await boundStage()
    stage.simulator.control.snapshot('before the witness')
    await keepWitness(stage.admin, { keepsWitness: true })
    stage.simulator.control.restoreSnapshot('before the witness')
    await checkIdentity(stage.services)
    expect(await reasonOf(stage)).toMatchObject({ code: 'panel_is_another' })
    await leave(stage, 'same_panel')
    expect(await checkIdentity(stage.services)).toEqual({ type: 'same', by: 'witness' })
    expect(await getIdentity(stage.admin)).toMatchObject({ witness: { counter: 2 } })
  })

  it('says so to admins and in the audit log when the token can keep the witness no more', async () => {
    const stage = await boundStage()
    const { db } = stage.services
    await keepWitness(stage.admin, { keepsWitness: true })
    mayReadOnly(stage)
    await doubt(stage)
    await leave(stage, 'same_panel')
    expect(await getIdentity(stage.admin)).toMatchObject({ kind: 'fingerprint', keepsWitness: false, witness: null })
    expect(await db.auditEvent.findFirst({ where: { action: 'settings.witness_given_up' } })).toMatchObject({ actorId: stage.admin.user.id, after: { code: 'forbidden' } })
    expect(await told(stage)).toContain('witness_given_up')
    const { code, params } = await db.notification.findFirstOrThrow({ where: { code: 'witness_given_up' } })
    expect(describeNotification(code, params).body).toContain('it could not be written there: ')
  })

  it('keeps the witness when leaving is refused after all', async () => {
    const stage = await boundStage()
    const { db, panel } = stage.services
    await keepWitness(stage.admin, { keepsWitness: true })
    mayReadOnly(stage)
    await doubt(stage)
    let isSaved = false
    const client: typeof panel.client = async () => {
      const former = await panel.client()
      if (!isSaved) {
        isSaved = true
        await updateVirtfusionSettings(stage.admin, { ownerMode: 'customer' })
      }
      return former
    }
    await expect(leaveSafeMode({ ...stage.admin, panel: { ...panel, client } }, { decision: 'same_panel', confirm: hostOf(stage), reason: 'Looked at both' })).rejects.toMatchObject({ reason: 'connection_changed' })
    expect(await getIdentity(stage.admin)).toMatchObject({ kind: 'witness', keepsWitness: true })
    expect(await db.auditEvent.count({ where: { action: 'settings.witness_given_up' } })).toBe(0)
    expect(await told(stage)).not.toContain('witness_given_up')
  })

  it('with a database that was put back sends no order by itself: each stands in front of a person', async () => {
    const stage = await boundStage()
    const { operation: order } = await stage.order()
    const deletion = await stage.ask(stage.bound.id, 'delete', {}, new Date(Date.now() + 60_000))
    await stage.services.db.panelIdentity.update({ where: { id: 'default' }, data: { databaseMark: '1:1:1:1' } })
    await checkIdentity(stage.services)
    expect(await getSafeMode(stage.admin)).toMatchObject({ stopsOperations: true })
    await leave(stage, 'same_panel')

    for (const { id } of [order, deletion]) {
      expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'needs_attention', diagnosis: { code: 'operation_from_before' } })
    }
    await cancelDeletion(stage.admin, { serverId: stage.bound.id, idempotencyKey: null })
    await resolveOperation(stage.admin, order.id, { decision: 'retry', reason: 'It was never sent' })
    stage.startWorker()
    await stage.until(order.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(await stage.server(stage.bound.id)).toMatchObject({ lifecycle: 'active', deletionDueAt: null })
  })

  it('sends nothing by itself either when the database was put back to a moment in safe mode, whatever that was entered for', async () => {
    const stage = await boundStage()
    const { operation: order } = await stage.order()
    await checkIdentity(stage.services)
    await doubt(stage, 'mass_vanish')
    await stage.services.db.panelIdentity.update({ where: { id: 'default' }, data: { databaseMark: '1:1:1:1' } })
    expect(await getSafeMode(stage.admin)).toMatchObject({ stopsOperations: true })
    await leave(stage, 'same_panel')
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: order.id } })).toMatchObject({ state: 'needs_attention', diagnosis: { code: 'operation_from_before' } })
  })

  it('as a new panel keeps every pointer, and asks nothing of servers that it does not have', async () => {
    const stage = await boundStage()
    const foreign = await bindOne(stage, { virtfusionUuid: 'of the former panel' })
    await stage.services.db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId: 77 } })
    const pending = await stage.ask(foreign.id, 'suspend')
    await doubt(stage, 'panel_is_another')
    await leave(stage, 'new_panel')

    expect(await stage.server(foreign.id)).toMatchObject({ virtfusionServerId: foreign.virtfusionServerId, virtfusionUuid: 'of the former panel', vanishedAt: expect.any(Date), lifecycle: 'active' })
    expect(await stage.server(stage.bound.id)).toMatchObject({ vanishedAt: null })
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: pending.id } })).toMatchObject({ state: 'needs_attention' })
    expect(await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })).toMatchObject({ virtfusionUserId: null })
    await cancelOperation(stage.admin, pending.id)
    await expect(powerServer(stage.admin, { serverId: foreign.id, idempotencyKey: null }, { action: 'boot' })).rejects.toMatchObject({ reason: 'server_state_conflict' })
    expect(changes(stage)).toEqual([])
  })

  it('as a new panel that may not be listed takes no server for its own', async () => {
    const stage = await boundStage({}, { token: RESTRICTED_TOKEN })
    await doubt(stage, 'panel_unproven')
    await leave(stage, 'new_panel')
    expect(await stage.server(stage.bound.id)).toMatchObject({ vanishedAt: expect.any(Date), virtfusionServerId: stage.bound.virtfusionServerId })
    expect(await identityOf(stage)).toMatchObject({ safeModeSince: null, fingerprint: null })
  })
})
