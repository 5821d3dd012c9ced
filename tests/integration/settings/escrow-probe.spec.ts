import { beforeEach, describe, expect, it } from 'vitest'
import type { EscrowAnswer } from '#shared/schemas/escrow.ts'
import { beginCleanUp } from '../../../server/domains/escrow/begin-clean-up.ts'
import { beginProbe } from '../../../server/domains/escrow/begin-probe.ts'
import { changeMode } from '../../../server/domains/escrow/change-mode.ts'
import { forgetLeftovers } from '../../../server/domains/escrow/forget-leftovers.ts'
import { getEscrow } from '../../../server/domains/escrow/get-escrow.ts'
import { enterSafeMode } from '../../../server/domains/identity/enter-safe-mode.ts'
import { overwriteGroup, readGroup } from '../../../server/domains/settings/registry.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { runProbe } from '../../../server/engine/escrow-probe/run-probe.ts'
import { describeAuditEvent } from '../../../server/messages/en/audit.ts'
import { ESCROW_OPERATIONS, BROKEN_PREMISES } from '../../../simulator/premises.ts'
import { openStage, waitFor, type Stage } from '../engine/support.ts'

const INPUT = { packageId: 1, hypervisorGroupId: 1, isUnderstood: true } as const

async function finish(stage: Stage): Promise<NonNullable<EscrowAnswer['run']>> {
  return waitFor('the end of the check', async () => {
    const { run } = await getEscrow(stage.admin)
    return { value: run && run.state !== 'running' ? run as NonNullable<EscrowAnswer['run']> : null, seen: JSON.stringify(run?.premises.map(({ name, state }) => `${name} ${state}`)) }
  })
}

/** All that stands at the panel: nothing of it may be the check's. */
const standing = (stage: Stage) => {
  const { users, servers } = stage.simulator.control.state
  return { users: [...users.keys()], servers: [...servers.keys()] }
}

/** Lets a check run whose clean-up gets no list of the servers, so that all of it stays. */
async function leaveSomething(stage: Stage): Promise<NonNullable<EscrowAnswer['run']>> {
  const { faults } = stage.simulator.control
  faults.add({ operation: 'POST /servers', kind: 'latency', ms: 300 })
  stage.startWorker()
  await beginProbe(stage.admin, INPUT)
  await waitFor('the first test server', async () => ({ value: stage.effects('server.created') > 0 ? true : null, seen: 'none' }))
  faults.add({ operation: 'GET /servers', kind: 'status', status: 422, body: { errors: ['Not now'] } })
  const run = await finish(stage)
  faults.clear()
  return run
}

async function removeRest(stage: Stage, { id }: { id: string }): Promise<NonNullable<EscrowAnswer['run']>> {
  await runProbe(stage.services, { runId: id, task: 'clean-up' })
  return finish(stage)
}

const premiseOf = (run: { premises: readonly { name: string, state: string, diagnosis?: unknown }[] }, name: string) => run.premises.find((premise) => premise.name === name)

const DIAGNOSES: Record<string, [premise: string, code: string]> = {
  'a create for a user who does not exist is accepted': ['deleted_owner', 'probe_deleted_owner_accepted'],
  'deleting a user destroys the servers': ['deletion', 'probe_delete_cascades'],
  'deleting a user leaves the servers without an owner': ['deletion', 'probe_delete_orphans'],
  'two users may have one relation string': ['relation', 'probe_relation_not_unique'],
  'two users may have one e-mail': ['email', 'probe_email_not_unique'],
  'a server that is not built keeps its owner': ['transfer', 'probe_transfer_refused'],
  'the listing of a user lags behind': ['listing', 'probe_listing_stale'],
  'the listing of a user is cut': ['listing', 'probe_listing_cut'],
}

describe('the check of what throw-away users rely on', () => {
  let stage: Stage
  beforeEach(async () => { stage = await openStage() })

  it('passes on a panel that can do it, leaves nothing behind there, and only then lets the mode be chosen', async () => {
    const before = standing(stage)
    await expect(changeMode(stage.admin, { mode: 'escrow' })).rejects.toMatchObject({ reason: 'probe_not_passed' })
    stage.startWorker()
    const begun = await beginProbe(stage.admin, INPUT)
    expect(begun.run).toMatchObject({ state: 'running', leftovers: [] })
    await expect(beginProbe(stage.admin, INPUT)).rejects.toMatchObject({ reason: 'probe_running' })

    const run = await finish(stage)
    expect(run).toMatchObject({ state: 'passed', leftovers: [] })
    expect(run.premises.every(({ state }) => state === 'passed')).toBe(true)
    expect(standing(stage)).toEqual(before)
    expect(stage.effects('server.build-queued')).toBe(0)
    expect((await changeMode(stage.admin, { mode: 'escrow' })).mode).toEqual({ chosen: 'escrow', inForce: 'escrow', hold: null })
    const { operation } = await stage.order({ operatingSystemId: null })
    expect(operation.memory).toMatchObject({ order: { mode: 'escrow' } })
    const { db } = stage.services
    const audited = await db.auditEvent.findMany({ where: { entityId: 'escrow' }, orderBy: { createdAt: 'asc' } })
    expect(audited).toMatchObject([
      { action: 'escrow_probe.began', after: { runId: run.id, packageId: 1, hypervisorGroupId: 1 } },
      { action: 'escrow_probe.ended', after: { runId: run.id, state: 'passed' } },
    ])
    const [chosen] = await db.auditEvent.findMany({ where: { action: 'settings.create_mode_changed' } })
    expect(chosen).toMatchObject({ before: { mode: 'direct' }, after: { mode: 'escrow' } })
    expect(chosen && describeAuditEvent(chosen)).toBe('Lets orders be sent for throw-away users')
  })

  it.each(BROKEN_PREMISES)('says so and leaves nothing behind where $name', async ({ name, readings, forbidden }) => {
    const { control } = stage.simulator
    Object.assign(control.settings.readings, readings)
    if (forbidden) {
      const everything = ['POST /servers', 'GET /servers', 'GET /servers/{id}', 'DELETE /servers/{id}', ...ESCROW_OPERATIONS]
      const permissions = everything.filter((operation) => !forbidden.includes(operation))
      control.tokens = control.tokens.map((token) => (token.value === stage.simulator.token ? { ...token, permissions } : token))
    }
    const before = standing(stage)
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    const run = await finish(stage)

    expect(run.state).toBe('failed')
    const failed = run.premises.find(({ state }) => state === 'failed')
    const [premise, code] = DIAGNOSES[name] ?? [forbidden?.[0] === 'POST /users' ? 'relation' : 'rights', 'probe_right_missing']
    expect(failed).toMatchObject({ name: premise, diagnosis: { code } })
    expect(run.leftovers).toEqual([])
    expect(standing(stage)).toEqual(before)
    expect(await stage.services.db.auditEvent.findFirst({ where: { action: 'escrow_probe.ended' } })).toMatchObject({ after: { state: 'failed', premise } })
    await expect(changeMode(stage.admin, { mode: 'escrow' })).rejects.toMatchObject({ reason: 'probe_not_passed' })
  })

  it('removes what a process that died has left, and begins anew', async () => {
    const before = standing(stage)
    stage.simulator.control.faults.add({ operation: 'POST /servers', kind: 'drip', ms: 100, times: 1 })
    const { db } = stage.services
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    await waitFor('the first test server', async () => ({ value: stage.effects('server.created') > 0 ? true : null, seen: 'none' }))
    // As after kill -9: another job takes the run up while the first one still waits for its answer.
    const row = await db.setting.findUniqueOrThrow({ where: { group: 'escrow.probe' } })
    const { id } = (row.value as { run: { id: string } }).run
    await runProbe(stage.services, { runId: id, task: 'check' })
    expect(await finish(stage)).toMatchObject({ state: 'passed', leftovers: [] })
    expect(standing(stage)).toEqual(before)
  })

  it('keeps what could not be removed on a list, and removes it when asked', async () => {
    const before = standing(stage)
    stage.simulator.control.faults.add({ operation: 'DELETE /servers/{id}', nth: 3, times: 50, kind: 'status', status: 500, body: { message: 'Server Error' } })
    stage.simulator.control.faults.add({ operation: 'DELETE /users/{ext}/byExtRelation', nth: 3, times: 50, kind: 'status', status: 500, body: { message: 'Server Error' } })
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    const run = await finish(stage)
    expect(run.state).toBe('broken_off')
    expect(run.leftovers.length).toBeGreaterThan(0)
    await expect(beginProbe(stage.admin, INPUT)).rejects.toMatchObject({ reason: 'probe_leftovers' })

    stage.simulator.control.faults.clear()
    await beginCleanUp(stage.admin)
    await waitFor('the removal', async () => {
      const { run: now } = await getEscrow(stage.admin)
      return { value: now?.leftovers.length === 0 ? now : null, seen: JSON.stringify(now?.leftovers) }
    })
    expect(standing(stage)).toEqual(before)
  })

  it('takes no panel that refuses everybody for one that refuses orders of users who are gone', async () => {
    const before = standing(stage)
    stage.simulator.control.faults.add({ operation: 'POST /servers', nth: 3, times: 50, kind: 'status', status: 422, body: { errors: ['No hypervisor in the group can take this server'] } })
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    const run = await finish(stage)
    expect(run.state).toBe('broken_off')
    expect(premiseOf(run, 'deleted_owner')).toMatchObject({ state: 'unclear', diagnosis: { code: 'probe_refusal_unclear', cause: expect.stringContaining('No hypervisor in the group') } })
    expect(standing(stage)).toEqual(before)
    await expect(changeMode(stage.admin, { mode: 'escrow' })).rejects.toMatchObject({ reason: 'probe_not_passed' })
  })

  it('switches nothing off where the check can\'t be made: a full group says nothing about the panel', async () => {
    const before = standing(stage)
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    await finish(stage)
    await changeMode(stage.admin, { mode: 'escrow' })
    stage.simulator.control.settings.capacityGone = 'memory'
    await beginProbe(stage.admin, INPUT)
    const run = await finish(stage)
    expect(run).toMatchObject({ state: 'broken_off', leftovers: [] })
    expect(premiseOf(run, 'listing')).toMatchObject({ state: 'unclear', diagnosis: { code: 'probe_create_refused' } })
    expect(await getEscrow(stage.admin)).toMatchObject({ mode: { chosen: 'escrow', inForce: 'escrow', hold: null } })
    expect(await stage.services.db.notification.count({ where: { code: 'escrow_off' } })).toBe(0)
    expect(standing(stage)).toEqual(before)
  })

  it('says in the panel\'s own terms why nothing is known, with the setting at fault', async () => {
    stage.simulator.control.faults.add({ operation: 'POST /users', kind: 'status', status: 401 })
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    const run = await finish(stage)
    expect(run.state).toBe('broken_off')
    expect(premiseOf(run, 'relation')).toMatchObject({ state: 'unclear', diagnosis: { code: 'unauthorized', setting: 'VIRTFUSION_API_TOKEN' } })
  })

  it('keeps a user on the list whom the panel does not find by name, until somebody says that it is gone', async () => {
    const { control } = stage.simulator
    control.settings.version = '6.2'
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    const run = await finish(stage)
    const [left] = [...control.state.users.values()].filter(({ email }) => email.endsWith('@escrow.berth.invalid'))
    expect(premiseOf(run, 'relation')).toMatchObject({ state: 'failed', diagnosis: { code: 'probe_relation_ignored' } })
    expect(premiseOf(run, 'clean_up')).toMatchObject({ state: 'unclear', diagnosis: { code: 'probe_user_stays', fix: expect.stringContaining(`Delete user ${left?.id} at the panel`) } })
    expect(run.leftovers).toEqual([expect.stringContaining(`User ${left?.id} `)])
    await expect(beginProbe(stage.admin, INPUT)).rejects.toMatchObject({ reason: 'probe_leftovers' })

    expect((await forgetLeftovers(stage.admin)).run).toMatchObject({ state: 'failed', leftovers: [] })
    const audited = await stage.services.db.auditEvent.findFirstOrThrow({ where: { action: 'escrow_probe.forgotten' } })
    expect(audited).toMatchObject({ actorId: stage.admin.user.id, after: { runId: run.id, leftovers: run.leftovers } })
    expect(describeAuditEvent(audited)).toContain('is gone')
    await expect(forgetLeftovers(stage.admin)).rejects.toMatchObject({ reason: 'nothing_left' })
    expect((await beginProbe(stage.admin, INPUT)).run).toMatchObject({ state: 'running' })
    await finish(stage)
  })

  it('removes what is left with another token of the same panel, and then no longer says that the panel can\'t do it', async () => {
    const before = standing(stage)
    const { control } = stage.simulator
    const run = await leaveSomething(stage)
    expect(run.state).toBe('broken_off')
    expect(premiseOf(run, 'clean_up')).toMatchObject({ state: 'unclear', diagnosis: { code: 'refused' } })
    control.tokens = control.tokens.map((token) => (token.value === stage.simulator.token ? { ...token, value: 'sim-token-rotated' } : token))
    await updateVirtfusionSettings(stage.admin, { apiUrl: stage.simulator.url, token: 'sim-token-rotated' })

    const after = await removeRest(stage, run)
    expect(after).toMatchObject({ state: 'broken_off', leftovers: [] })
    expect(after.premises.every(({ state }) => state === 'passed')).toBe(true)
    expect(standing(stage)).toEqual(before)
  })

  it('does not go on with a check that was taken up again while what it has left is still there', async () => {
    const { db } = stage.services
    const { id } = await leaveSomething(stage)
    const { run } = (await readGroup(db, 'escrow.probe')).value
    if (!run) throw new Error('no run is stored')
    // As after kill -9: nobody has written that it is over.
    await overwriteGroup(db, 'escrow.probe', { run: { ...run, state: 'running' } }, null)
    stage.simulator.control.faults.add({ operation: 'GET /servers', kind: 'status', status: 422, body: { errors: ['Not now'] } })
    const made = stage.effects('user.created')
    await runProbe(stage.services, { runId: id, task: 'check' })
    expect((await getEscrow(stage.admin)).run).toMatchObject({ state: 'broken_off', leftovers: expect.arrayContaining([expect.any(String)]) })
    expect(stage.effects('user.created')).toBe(made)
  })

  it('leaves a test server alone that was given to somebody meanwhile', async () => {
    const run = await leaveSomething(stage)
    const { servers } = stage.simulator.control.state
    const [given, ...others] = servers.values()
    if (!given) throw new Error('the check has left no server')
    given.ownerId = 2
    const after = await removeRest(stage, run)
    expect(premiseOf(after, 'clean_up')).toMatchObject({ state: 'unclear', diagnosis: { code: 'probe_server_built', params: { virtfusionServerId: given.id } } })
    expect(servers.has(given.id)).toBe(true)
    expect(others.length).toBeGreaterThan(0)
  })

  it('says of a removal in safe mode that nothing is changed at the panel', async () => {
    const run = await leaveSomething(stage)
    await enterSafeMode(stage.services.db, stage.services, { code: 'fingerprint_changed', params: {} })
    const after = await removeRest(stage, run)
    expect(premiseOf(after, 'clean_up')).toMatchObject({ state: 'unclear', diagnosis: { code: 'probe_safe_mode' } })
    expect(after.leftovers.length).toBeGreaterThan(0)
  })

  it('removes no server of somebody who has a user\'s number since the panel was put back', async () => {
    stage.simulator.control.faults.add({ operation: 'DELETE /servers/{id}', nth: 3, times: 50, kind: 'status', status: 500, body: { message: 'Server Error' } })
    stage.simulator.control.faults.add({ operation: 'DELETE /users/{ext}/byExtRelation', nth: 3, times: 50, kind: 'status', status: 500, body: { message: 'Server Error' } })
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    await finish(stage)
    stage.simulator.control.faults.clear()

    const { users, servers } = stage.simulator.control.state
    const [stranger] = [...users.values()].filter(({ email }) => email.endsWith('@escrow.berth.invalid'))
    if (!stranger) throw new Error('the check has left no user')
    Object.assign(stranger, { relationStrings: [], email: 'stranger@example.net' })
    servers.clear()
    await fetch(`${stage.simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userId: stranger.id, built: false }) })
    await stage.services.db.panelIdentity.updateMany({ data: { safeModeLeftAt: new Date() } })

    await beginCleanUp(stage.admin)
    await waitFor('the removal', async () => {
      const { run: now } = await getEscrow(stage.admin)
      return { value: now?.leftovers.length === 0 ? now : null, seen: JSON.stringify(now?.leftovers) }
    })
    expect([...servers.values()]).toMatchObject([{ ownerId: stranger.id }])
  })

  it('counts only on the connection that it passed on, and not after safe mode; admins are told', async () => {
    stage.startWorker()
    await beginProbe(stage.admin, INPUT)
    await finish(stage)
    await changeMode(stage.admin, { mode: 'escrow' })

    await updateVirtfusionSettings(stage.admin, { apiUrl: stage.simulator.url, token: 'sim-token-restricted' })
    expect(await getEscrow(stage.admin)).toMatchObject({ mode: { chosen: 'escrow', inForce: 'direct', hold: 'not_passed' }, passedAt: null })
    expect(await stage.services.db.notification.findFirst({ where: { code: 'escrow_off' } })).toMatchObject({ params: { reason: 'connection_changed' }, link: '/admin/settings/orders' })

    await updateVirtfusionSettings(stage.admin, { apiUrl: stage.simulator.url, token: stage.simulator.token })
    await beginProbe(stage.admin, INPUT)
    await finish(stage)
    expect((await getEscrow(stage.admin)).mode.inForce).toBe('escrow')
    await enterSafeMode(stage.services.db, stage.services, { code: 'witness_older', params: {} })
    expect((await getEscrow(stage.admin)).mode).toEqual({ chosen: 'escrow', inForce: 'direct', hold: 'not_passed' })
  })
})
