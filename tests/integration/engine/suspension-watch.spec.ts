import { describe, expect, it } from 'vitest'
import type { SafetySettings } from '../../../shared/schemas/engine-settings.ts'
import { resolveFinding } from '../../../server/domains/drift/resolve-finding.ts'
import { cancelOperation } from '../../../server/domains/operations/cancel-operation.ts'
import { retryOperation } from '../../../server/domains/operations/retry-operation.ts'
import { suspendServer } from '../../../server/domains/servers/suspend-server.ts'
import { unsuspendServer } from '../../../server/domains/servers/unsuspend-server.ts'
import { getSafetySettings } from '../../../server/domains/settings/get-safety-settings.ts'
import { overwriteGroup } from '../../../server/domains/settings/registry.ts'
import { observeServer } from '../../../server/engine/observe-job.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import { enforceSuspension } from '../../../server/engine/sweep/enforce-suspension.ts'
import { whileHeld } from '../support/while-held.ts'
import { openStage, type Stage } from './support.ts'

const MINUTE = 60_000

const setPolicy = ({ services, admin }: Stage, suspensionPolicy: SafetySettings['suspensionPolicy']) =>
  overwriteGroup(services.db, 'safety', { suspensionPolicy, harmPerHour: 20, harmPercentPerHour: 2 }, admin.user.id)

/** A sweep so many minutes from now. Resolves to the calls that it made. */
async function sweepAfter({ services, simulator }: Stage, minutes: number): Promise<string[]> {
  const { calls } = simulator.control.ledger
  const before = calls.length
  await sweep({ ...services, now: () => new Date(Date.now() + minutes * MINUTE) }, new AbortController().signal, { pause: async () => {} })
  return calls.slice(before).map(({ operation }) => operation)
}

/** A suspended server whose suspension somebody lifts at the panel; then the look that is due a minute after. */
async function liftAtPanel(stage: Stage, suspensionPolicy: SafetySettings['suspensionPolicy']): Promise<string> {
  const { services, admin } = stage
  await overwriteGroup(services.db, 'safety', { suspensionPolicy, harmPerHour: 20, harmPercentPerHour: 2 }, admin.user.id)
  const worker = stage.startWorker()
  const { id, virtfusionServerId } = await stage.activeServer()
  const suspended = await stage.ask(id, 'suspend', { reason: 'Not paid' })
  await stage.until(suspended.id, 'succeeded')
  await worker.stop()
  const remote = stage.simulator.control.state.servers.get(virtfusionServerId ?? 0)
  if (remote) remote.suspended = false
  services.now = () => new Date(Date.now() + MINUTE)
  await observeServer(services, id)
  // Back in the present, where the next read must not look older than this one.
  services.now = () => new Date()
  await services.db.server.update({ where: { id }, data: { observedAt: new Date() } })
  return id
}

/** A server whose suspension was lifted by us; then it is suspended at the panel, as a late request does whose answer was lost, or a person. */
async function suspendAfterLifting(stage: Stage, { policy, isLost }: { policy: SafetySettings['suspensionPolicy'], isLost: boolean }) {
  const { services, simulator, admin } = stage
  await overwriteGroup(services.db, 'safety', { suspensionPolicy: policy, harmPerHour: 20, harmPercentPerHour: 2 }, admin.user.id)
  const worker = stage.startWorker()
  const { id, virtfusionServerId } = await stage.activeServer()
  if (isLost) simulator.control.faults.add({ times: 1, operation: 'POST /servers/{id}/suspend', kind: 'drop-before-effect' })
  await stage.until((await stage.ask(id, 'suspend')).id, 'succeeded')
  await stage.until((await stage.ask(id, 'unsuspend')).id, 'succeeded')
  await worker.stop()
  const remote = simulator.control.state.servers.get(virtfusionServerId ?? 0)
  if (!remote) throw new Error('no server at the panel')
  remote.suspended = true
  const look = (minutes: number) => lookAfter(stage, id, minutes)
  return { id, remote, look }
}

/** A server that staff has suspended at the panel, and the finding that says so. `look` reads it so many minutes from now. */
async function suspendByHand(stage: Stage) {
  const { simulator } = stage
  await setPolicy(stage, 'enforce')
  const worker = stage.startWorker()
  const { id, virtfusionServerId } = await stage.activeServer()
  await worker.stop()
  const remote = simulator.control.state.servers.get(virtfusionServerId ?? 0)
  if (!remote) throw new Error('no server at the panel')
  remote.suspended = true
  const look = (minutes: number) => lookAfter(stage, id, minutes)
  await look(5)
  return { id, remote, look }
}

/** The look is over in the present, where the next read must not seem older than it. */
async function lookAfter({ services }: Stage, id: string, minutes: number): Promise<void> {
  services.now = () => new Date(Date.now() + minutes * MINUTE)
  await observeServer(services, id)
  services.now = () => new Date()
  await services.db.server.update({ where: { id }, data: { observedAt: new Date() } })
}

/** The panel says no to it, and the operation fails. */
async function refuse(stage: Stage, kind: 'suspend' | 'unsuspend', ask: () => Promise<{ operation: { id: string } }>): Promise<string> {
  stage.simulator.control.faults.add({ times: 1, operation: `POST /servers/{id}/${kind}`, kind: 'status', status: 403, body: { errors: ['forbidden'] } })
  const { operation: { id } } = await ask()
  const worker = stage.startWorker()
  await stage.until(id, 'failed')
  await worker.stop()
  return id
}

const asked = (serverId: string) => ({ serverId, idempotencyKey: null })
const undos = (stage: Stage, serverId: string) => stage.services.db.operation.findMany({ where: { serverId, cause: 'suspension_landed_late' } })
const findings = (stage: Stage, serverId: string) => stage.services.db.driftFinding.findMany({ where: { serverId, state: 'open' }, select: { field: true } })
const enforced = (stage: Stage, serverId: string) => stage.services.db.operation.findMany({ where: { serverId, cause: 'suspension_enforced' } })

describe('a suspension that is lifted behind our back', () => {
  it('is looked at again after 1, 5 and 15 minutes', async () => {
    const stage = await openStage()
    stage.startWorker()
    const { id } = await stage.activeServer()
    await stage.until((await stage.ask(id, 'suspend')).id, 'succeeded')
    const looks = await stage.services.db.$queryRaw<{ minutes: number }[]>`
      select round(extract(epoch from run_at - now()) / 60)::int as minutes from graphile_worker._private_jobs where key like ${`observe:${id}:%`} order by run_at`
    expect(looks.map(({ minutes }) => minutes)).toEqual([1, 5, 15])
  })

  it('is left alone under the policy off', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'off')
    expect(await findings(stage, id)).toEqual([])
    expect(await enforced(stage, id)).toEqual([])
  })

  it('is reported under the policy report, and nothing is sent', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'report')
    expect(await findings(stage, id)).toEqual([{ field: 'suspension' }])
    expect(await enforced(stage, id)).toEqual([])
  })

  it('is suspended again under the policy enforce, by Berth itself and for the reason of before', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'enforce')
    const [operation] = await enforced(stage, id)
    expect(operation).toMatchObject({ kind: 'suspend', actorKind: 'system', input: { reason: 'Not paid' } })
    expect(await stage.services.db.auditEvent.findMany({ where: { action: 'server.suspended' } }))
      .toMatchObject([{ actorKind: 'system', entityId: id, after: { operationId: operation?.id, reason: 'Not paid', cause: 'suspension_enforced' } }])
    stage.startWorker()
    await stage.until(operation?.id ?? '', 'succeeded')
    expect(await stage.server(id)).toMatchObject({ suspensionReason: 'Not paid', desiredSuspended: true })
    expect(stage.effects('server.suspended')).toBe(2)
  })

  it('stays a finding after safe mode was left since: in a database that was put back the customer may have paid', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'off')
    await setPolicy(stage, 'enforce')
    const safeModeLeftAt = new Date()
    await stage.services.db.panelIdentity.upsert({ where: { id: 'default' }, create: { id: 'default', origin: stage.simulator.url, safeModeLeftAt }, update: { safeModeLeftAt } })
    await sweepAfter(stage, 10)
    expect(await findings(stage, id)).toEqual([{ field: 'suspension' }])
    expect(await enforced(stage, id)).toEqual([])
  })

  it('stays a finding when suspending it again is refused: no sweep tries it again by itself, and Retry does', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'enforce')
    stage.simulator.control.faults.add({ times: 1, operation: 'POST /servers/{id}/suspend', kind: 'status', status: 403, body: { errors: ['forbidden'] } })
    const worker = stage.startWorker()
    const [operation] = await enforced(stage, id)
    await stage.until(operation?.id ?? '', 'failed')
    await worker.stop()
    expect(await stage.server(id)).toMatchObject({ desiredSuspended: true })
    await sweepAfter(stage, 15)
    expect(await findings(stage, id)).toEqual([{ field: 'suspension' }])
    expect(await enforced(stage, id)).toHaveLength(1)

    await retryOperation(stage.admin, operation?.id ?? '')
    stage.startWorker()
    await stage.until(operation?.id ?? '', 'succeeded')
    expect(stage.effects('server.suspended')).toBe(2)
  })

  it('is found by the next sweep once the policy asks for it, told once, and not read again while it stands', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'off')
    await sweepAfter(stage, 5)
    expect(await sweepAfter(stage, 10)).toEqual(['GET /servers'])
    await setPolicy(stage, 'report')
    expect(await sweepAfter(stage, 15)).toEqual(['GET /servers', 'GET /servers/{id}'])
    expect(await findings(stage, id)).toEqual([{ field: 'suspension' }])
    expect(await sweepAfter(stage, 20)).toEqual(['GET /servers'])
    expect(await stage.services.db.notification.count({ where: { userId: stage.admin.user.id, code: 'drift_found' } })).toBe(1)
  })

  it.each(['off', 'report'] as const)('is made again by the next sweep when the policy changes from %s to enforce, and asked for once', async (before) => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, before)
    await sweepAfter(stage, 5)
    expect(await getSafetySettings(stage.admin)).toMatchObject({ liftedSuspensions: 1 })
    await setPolicy(stage, 'enforce')
    await sweepAfter(stage, 10)
    expect(await getSafetySettings(stage.admin)).toMatchObject({ liftedSuspensions: 0 })
    expect(await enforced(stage, id)).toMatchObject([{ kind: 'suspend', input: { reason: 'Not paid' } }])
    // However long the operation is held up.
    expect(await sweepAfter(stage, 15)).toEqual(['GET /servers'])
  })

  it('is left alone once an admin has ignored it, whatever the policy becomes', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'report')
    await sweepAfter(stage, 5)
    const finding = await stage.services.db.driftFinding.findFirstOrThrow({ where: { serverId: id, state: 'open' } })
    await resolveFinding(stage.admin, finding.id, { decision: 'ignore', reason: 'Agreed' })
    expect(await getSafetySettings(stage.admin)).toMatchObject({ liftedSuspensions: 0 })
    await setPolicy(stage, 'enforce')
    expect(await sweepAfter(stage, 10)).toEqual(['GET /servers'])
    stage.services.now = () => new Date(Date.now() + 15 * MINUTE)
    await observeServer(stage.services, id)
    expect(await enforced(stage, id)).toEqual([])
  })

  it('stays lifted when the customer paid at that very moment: the last decision holds', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'report')
    await overwriteGroup(stage.services.db, 'safety', { suspensionPolicy: 'enforce', harmPerHour: 20, harmPercentPerHour: 2 }, stage.admin.user.id)
    const payment = {
      first: `select from servers where id = '${id}' for update`,
      then: `update servers set desired_suspended = false where id = '${id}';
        insert into operations (id, server_id, kind, step, actor_kind, updated_at) values (gen_random_uuid(), '${id}', 'unsuspend', 'check', 'person', now())`,
    }
    expect(await whileHeld(stage.services, payment, () => enforceSuspension(stage.services, id))).toBeUndefined()
    expect(await enforced(stage, id)).toEqual([])
    expect(await stage.server(id)).toMatchObject({ desiredSuspended: false })
  })
})

describe('a suspension that was lifted behind our back, and is asked for once more', () => {
  it('is wanted on when the panel refuses it, and stays a finding', async () => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, 'report')
    await refuse(stage, 'suspend', () => suspendServer(stage.admin, asked(id), { reason: 'Not paid' }))
    expect(await stage.server(id)).toMatchObject({ suspendedAt: null, desiredSuspended: true })
    await lookAfter(stage, id, 5)
    expect(await findings(stage, id)).toEqual([{ field: 'suspension' }])
  })

  it.each(['suspend', 'suspension_enforced'] as const)('is wanted on after the %s was called off, and no sweep asks for it again', async (by) => {
    const stage = await openStage()
    const id = await liftAtPanel(stage, by === 'suspend' ? 'report' : 'enforce')
    const operationId = by === 'suspend' ? (await suspendServer(stage.admin, asked(id), { reason: 'Not paid' })).operation.id : (await enforced(stage, id))[0]?.id ?? ''
    await cancelOperation(stage.admin, operationId)
    expect(await stage.server(id)).toMatchObject({ desiredSuspended: true })
    await setPolicy(stage, 'enforce')
    expect(await getSafetySettings(stage.admin)).toMatchObject({ liftedSuspensions: 0 })
    await sweepAfter(stage, 15)
    expect(await findings(stage, id)).toEqual([{ field: 'suspension' }])
    expect(await stage.services.db.operation.count({ where: { serverId: id, kind: 'suspend', state: { in: ['queued', 'running', 'waiting'] } } })).toBe(0)
  })
})

describe('a suspension that was made by hand, and could not be lifted here', () => {
  it('stays one that was made by hand when the panel refuses: once staff lifts it, nobody is suspended again', async () => {
    const stage = await openStage()
    const { id, remote, look } = await suspendByHand(stage)
    await refuse(stage, 'unsuspend', () => unsuspendServer(stage.admin, asked(id)))
    expect(await stage.server(id)).toMatchObject({ suspendedAt: expect.any(Date), desiredSuspended: false })
    await look(10)
    expect(await findings(stage, id)).toEqual([{ field: 'suspension' }])
    remote.suspended = false
    await look(15)
    expect(await enforced(stage, id)).toEqual([])
    expect(await findings(stage, id)).toEqual([])
  })

  it('stays one that was made by hand when the lifting is called off: once staff lifts it, nobody is suspended again', async () => {
    const stage = await openStage()
    const { id, remote, look } = await suspendByHand(stage)
    await cancelOperation(stage.admin, (await unsuspendServer(stage.admin, asked(id))).operation.id)
    expect(await stage.server(id)).toMatchObject({ suspendedAt: expect.any(Date), desiredSuspended: false })
    remote.suspended = false
    await look(10)
    expect(await enforced(stage, id)).toEqual([])
  })

  it('is ours once an admin took it over, also after the lifting was tried again and failed again', async () => {
    const stage = await openStage()
    const { id, look } = await suspendByHand(stage)
    const operationId = await refuse(stage, 'unsuspend', () => unsuspendServer(stage.admin, asked(id)))
    await look(10)
    const finding = await stage.services.db.driftFinding.findFirstOrThrow({ where: { serverId: id, state: 'open' } })
    await resolveFinding(stage.admin, finding.id, { decision: 'take', reason: 'abuse' })
    await refuse(stage, 'unsuspend', async () => {
      await retryOperation(stage.admin, operationId)
      return { operation: { id: operationId } }
    })
    expect(await stage.server(id)).toMatchObject({ desiredSuspended: true })
  })
})

describe('a suspension at the panel', () => {
  it('that a late request of ours makes after it was lifted is undone once under the policy enforce, with a line in the audit log', async () => {
    const stage = await openStage()
    const { id, remote, look } = await suspendAfterLifting(stage, { policy: 'enforce', isLost: true })
    await look(5)
    const [undone, ...others] = await undos(stage, id)
    expect(others).toEqual([])
    expect(undone).toMatchObject({ kind: 'unsuspend', actorKind: 'system' })
    expect(await stage.services.db.auditEvent.findMany({ where: { action: 'server.unsuspended' } })).toMatchObject([{ actorKind: 'system', entityId: id, after: { cause: 'suspension_landed_late' } }])
    const worker = stage.startWorker()
    await stage.until(undone?.id ?? '', 'succeeded')
    await worker.stop()
    expect(remote.suspended).toBe(false)
    expect(await stage.server(id)).toMatchObject({ suspendedAt: null, desiredSuspended: false })

    // The request has arrived: whoever suspends the server now does so by hand.
    remote.suspended = true
    await look(10)
    expect(await undos(stage, id)).toHaveLength(1)
    expect(await stage.server(id)).toMatchObject({ suspendedAt: expect.any(Date), suspendedById: null })
  })

  it('that a late request of ours makes is reported, with the way to lift it, under the policy report', async () => {
    const stage = await openStage()
    const { id, look } = await suspendAfterLifting(stage, { policy: 'report', isLost: true })
    await look(1)
    expect(await undos(stage, id)).toEqual([])
    const finding = await stage.services.db.driftFinding.findFirstOrThrow({ where: { serverId: id, state: 'open' } })
    expect(finding).toMatchObject({ field: 'suspension', ourValue: false, panelValue: true })
    await resolveFinding(stage.admin, finding.id, { decision: 'push' })
    expect(await stage.services.db.operation.findFirst({ where: { serverId: id, cause: 'drift' } })).toMatchObject({ kind: 'unsuspend' })
  })

  it.each([
    ['after every request of ours was answered and seen to take effect', { isLost: false }, 5],
    ['when no request can be under way any more', { isLost: true }, 67],
  ])('that shows %s was made by hand, and stays', async (_, { isLost }, minutes) => {
    const stage = await openStage()
    const { id, look } = await suspendAfterLifting(stage, { policy: 'enforce', isLost })
    await look(minutes)
    expect(await undos(stage, id)).toEqual([])
    expect(await findings(stage, id)).toEqual([{ field: 'suspension' }])
  })

  it('that a late request of ours makes stays once an admin has ignored it', async () => {
    const stage = await openStage()
    const { id, look } = await suspendAfterLifting(stage, { policy: 'report', isLost: true })
    await look(5)
    const finding = await stage.services.db.driftFinding.findFirstOrThrow({ where: { serverId: id, state: 'open' } })
    await resolveFinding(stage.admin, finding.id, { decision: 'ignore', reason: 'abuse' })
    await overwriteGroup(stage.services.db, 'safety', { suspensionPolicy: 'enforce', harmPerHour: 20, harmPercentPerHour: 2 }, stage.admin.user.id)
    await look(6)
    expect(await undos(stage, id)).toEqual([])
  })

  it('that was made by hand at the panel is shown as such and never undone', async () => {
    const stage = await openStage()
    await overwriteGroup(stage.services.db, 'safety', { suspensionPolicy: 'enforce', harmPerHour: 20, harmPercentPerHour: 2 }, stage.admin.user.id)
    const worker = stage.startWorker()
    const { id, virtfusionServerId } = await stage.activeServer()
    await worker.stop()
    const remote = stage.simulator.control.state.servers.get(virtfusionServerId ?? 0)
    if (remote) remote.suspended = true
    stage.services.now = () => new Date(Date.now() + 5 * MINUTE)
    await observeServer(stage.services, id)
    expect(await stage.server(id)).toMatchObject({ suspendedAt: expect.any(Date), suspendedById: null, suspensionReason: null, desiredSuspended: false })
    expect(await stage.services.db.operation.count({ where: { serverId: id, kind: 'unsuspend' } })).toBe(0)
  })
})
