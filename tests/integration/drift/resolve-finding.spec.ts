import { describe, expect, it } from 'vitest'
import { changeServer } from '../../../simulator/control/by-hand.ts'
import { countOpen } from '../../../server/domains/drift/count-open.ts'
import { listFindings } from '../../../server/domains/drift/list-findings.ts'
import { resolveFinding } from '../../../server/domains/drift/resolve-finding.ts'
import { suspendServer } from '../../../server/domains/servers/suspend-server.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import type { Server as RemoteServer } from '../../../simulator/core/state.ts'
import { bindFleet, fillPanel } from '../../support/fleet.ts'
import { openStage, type Stage } from '../engine/support.ts'
import { whileHeld } from '../support/while-held.ts'

/** One server of ours that somebody has changed at the panel, after the sweep has seen it. */
async function openDrift(change: Partial<RemoteServer>) {
  const stage = await openStage()
  const [remote] = fillPanel(stage.simulator.control, 1)
  if (!remote) throw new Error('no server')
  await bindFleet(stage.services.db, [remote], { customerId: stage.customerId, planId: stage.planId })
  Object.assign(remote, change, { updated: stage.simulator.control.now() })
  const look = (later = 0) => sweep({ ...stage.services, now: () => new Date(Date.now() + later) }, new AbortController().signal, { pause: async () => {} })
  await look()
  const finding = await stage.services.db.driftFinding.findFirstOrThrow()
  return { stage, remote, look, finding, row: () => stage.server(finding.serverId) }
}

/** A server of ours that is to be suspended, and that somebody has let run at the panel. */
async function openLifted() {
  const stage = await openStage()
  const worker = stage.startWorker()
  const { id, virtfusionServerId } = await stage.activeServer()
  await suspendServer(stage.admin, { serverId: id, idempotencyKey: null }, { reason: 'Not paid' })
  await stage.until((await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'suspend' } })).id, 'succeeded')
  await worker.stop()
  changeServer(stage.simulator.control, virtfusionServerId ?? 0, { suspended: false })
  await sweep({ ...stage.services, now: () => new Date(Date.now() + 60_000) }, new AbortController().signal, { pause: async () => {} })
  // Back in the present, where the next read must not look older than this one.
  await stage.services.db.server.update({ where: { id }, data: { observedAt: new Date() } })
  return { stage, finding: await stage.services.db.driftFinding.findFirstOrThrow({ where: { field: 'suspension' } }) }
}

const audit = async (stage: Stage) => (await stage.services.db.auditEvent.findMany({ orderBy: { createdAt: 'asc' } })).map(({ action, after }) => ({ action, after }))
const open = async (stage: Stage) => (await listFindings(stage.admin, { limit: 50, state: 'open' })).items

describe('resolveFinding', () => {
  it('takes the panel\'s size into our row, audited, and the next sweep finds nothing', async () => {
    const { stage, finding, row, look } = await openDrift({ memory: 2048 })
    expect(await resolveFinding(stage.admin, finding.id, { decision: 'take' })).toMatchObject({ state: 'taken', decidedBy: stage.admin.user.name })
    expect(await row()).toMatchObject({ memoryMb: 2048 })
    expect(await audit(stage)).toEqual([{ action: 'server.drift_taken', after: { field: 'memoryMb', planValue: 1024, ourValue: 1024, panelValue: 2048, reason: null } }])
    await look()
    expect(await open(stage)).toEqual([])
  })

  it('decides on what the person saw: a value that a sweep has found since is another question', async () => {
    const { stage, finding, remote, look, row } = await openDrift({ memory: 2048 })
    const shown = { ourValue: 1024, panelValue: 2048 }
    Object.assign(remote, { memory: 4096, updated: stage.simulator.control.now() + 1_000 })
    await look(1_000)
    for (const decision of ['take', 'push', 'ignore'] as const) {
      await expect(resolveFinding(stage.admin, finding.id, { decision, reason: 'As seen', shown })).rejects.toMatchObject({ code: 'conflict', reason: 'finding_changed' })
    }
    expect(await row()).toMatchObject({ memoryMb: 1024 })
    expect(await resolveFinding(stage.admin, finding.id, { decision: 'take', shown: { ...shown, panelValue: 4096 } })).toMatchObject({ state: 'taken' })
  })

  it('keeps what another decision took at the same moment', async () => {
    const { stage, finding, row } = await openDrift({ memory: 2048 })
    await stage.services.db.server.update({ where: { id: finding.serverId }, data: { overrides: { virtfusion_memory: 1024, virtfusion_cpu_cores: 1 } } })
    const other = {
      first: `select from servers where id = '${finding.serverId}' for update`,
      then: `update servers set overrides = overrides || '{"virtfusion_cpu_cores": 4}' where id = '${finding.serverId}'`,
    }
    expect(await whileHeld(stage.services, other, () => resolveFinding(stage.admin, finding.id, { decision: 'take' }))).toMatchObject({ state: 'taken' })
    expect(await row()).toMatchObject({ overrides: { virtfusion_memory: 2048, virtfusion_cpu_cores: 4 } })
  })

  it('takes a suspension by hand as one of ours, with the reason that was typed', async () => {
    const { stage, finding, row } = await openDrift({ suspended: true })
    await resolveFinding(stage.admin, finding.id, { decision: 'take', reason: 'Abuse report' })
    expect(await row()).toMatchObject({ desiredSuspended: true, suspensionReason: 'Abuse report' })
  })

  it('takes the new owner, after which the server is ours to act on again', async () => {
    const { stage, finding, row, look } = await openDrift({ ownerId: 1 })
    expect(finding).toMatchObject({ field: 'owner', ourValue: 2, panelValue: 1 })
    await resolveFinding(stage.admin, finding.id, { decision: 'take' })
    await look()
    expect(await row()).toMatchObject({ virtfusionOwnerId: 1 })
    expect(await open(stage)).toEqual([])
  })

  it('pushes our name by a rename operation, once, and the difference is gone', async () => {
    const { stage, finding, remote, look } = await openDrift({ name: 'by-hand' })
    stage.startWorker()
    expect(await resolveFinding(stage.admin, finding.id, { decision: 'push' })).toMatchObject({ state: 'pushed' })
    const operation = await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'rename' } })
    await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.get(remote.id)?.name).toBe(`fleet-${remote.id}`)
    await expect(resolveFinding(stage.admin, finding.id, { decision: 'push' })).rejects.toMatchObject({ code: 'conflict' })
    await look(5 * 60_000)
    expect(await open(stage)).toEqual([])
    expect(await audit(stage)).toMatchObject([{ action: 'server.drift_pushed' }])
  })

  it('pushes the end of a suspension that somebody set by hand', async () => {
    const { stage, finding, remote } = await openDrift({ suspended: true })
    stage.startWorker()
    await resolveFinding(stage.admin, finding.id, { decision: 'push' })
    const operation = await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'unsuspend' } })
    await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.get(remote.id)?.suspended).toBe(false)
  })

  it.each([
    ['memoryMb', { memory: 2048 }, 'memory', 1024],
    ['cpuCores', { cores: 8 }, 'cores', 1],
    ['trafficGb', { traffic: 7 }, 'traffic', 1000],
  ] as const)('pushes our %s by a resize operation, audited with its reason, and the difference is gone', async (field, change, key, ours) => {
    const { stage, finding, remote, look, row } = await openDrift(change)
    expect(finding).toMatchObject({ field, ourValue: ours })
    stage.startWorker()
    expect(await resolveFinding(stage.admin, finding.id, { decision: 'push', reason: 'Not what was sold' })).toMatchObject({ state: 'pushed' })
    const operation = await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'resize' } })
    await stage.until(operation.id, 'succeeded')
    expect(stage.simulator.control.state.servers.get(remote.id)?.[key]).toBe(ours)
    expect(await row()).toMatchObject({ [field]: ours })
    expect(await audit(stage)).toMatchObject([{ action: 'server.drift_pushed', after: { field, reason: 'Not what was sold' } }])
    await look(5 * 60_000)
    expect(await open(stage)).toEqual([])
  })

  it('pushes a size that the order named and the panel never gave, and our row has it then', async () => {
    const { stage, finding, look, row } = await openDrift({ name: 'by-hand' })
    await resolveFinding(stage.admin, finding.id, { decision: 'take' })
    await stage.services.db.server.update({ where: { id: finding.serverId }, data: { overrides: { virtfusion_memory: 4096 }, observation: {} } })
    await look()
    const size = await stage.services.db.driftFinding.findFirstOrThrow({ where: { field: 'memoryMb' } })
    stage.startWorker()
    await resolveFinding(stage.admin, size.id, { decision: 'push' })
    await stage.until((await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'resize' } })).id, 'succeeded')
    expect(await row()).toMatchObject({ memoryMb: 4096 })
  })

  it('pushes the owner back from the user whom the panel showed to the plan\'s', async () => {
    const { stage, finding, remote, look } = await openDrift({ ownerId: 1 })
    stage.startWorker()
    await resolveFinding(stage.admin, finding.id, { decision: 'push' })
    await stage.until((await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'transfer' } })).id, 'succeeded')
    expect(stage.simulator.control.state.servers.get(remote.id)?.ownerId).toBe(2)
    await look(5 * 60_000)
    expect(await open(stage)).toEqual([])
  })

  it('does not move a server that has gone to yet another user meanwhile', async () => {
    const { stage, finding, remote } = await openDrift({ ownerId: 1 })
    await resolveFinding(stage.admin, finding.id, { decision: 'push' })
    changeServer(stage.simulator.control, remote.id, { ownerId: 3 })
    stage.startWorker()
    const operation = await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'transfer' } })
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'owner_mismatch' } })
    expect(stage.effects('server.owner-changed')).toBe(0)
  })

  it('moves nothing to a user who is neither the customer\'s nor the plan\'s', async () => {
    const { stage, finding } = await openDrift({ ownerId: 1 })
    await stage.services.db.plan.updateMany({ data: { features: { virtfusion_package_id: 1, virtfusion_user_id: 5, virtfusion_hypervisor_id: 1 } } })
    await expect(resolveFinding(stage.admin, finding.id, { decision: 'push' })).rejects.toMatchObject({ reason: 'decision_not_possible', message: expect.stringContaining('neither this customer\'s nor the plan\'s') })
    expect(await open(stage)).toHaveLength(1)
    expect(await stage.services.db.operation.count()).toBe(0)
  })

  it('moves nothing to a number that the customer has lost since it was asked for', async () => {
    const { stage, finding } = await openDrift({ ownerId: 1 })
    const { db } = stage.services
    await db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId: 2 } })
    await resolveFinding(stage.admin, finding.id, { decision: 'push' })
    await db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId: null } })
    stage.startWorker()
    const operation = await db.operation.findFirstOrThrow({ where: { kind: 'transfer' } })
    expect(await stage.until(operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'owner_number_lost' } })
    expect(stage.effects('server.owner-changed')).toBe(0)
  })

  it('pushes a suspension with the reason that the customer was told, which need not be the one of the push', async () => {
    const { stage, finding } = await openLifted()
    expect(await stage.server(finding.serverId)).toMatchObject({ suspensionReason: null })
    await resolveFinding(stage.admin, finding.id, { decision: 'push', reason: 'Lifted by mistake' })
    const operation = await stage.services.db.operation.findFirstOrThrow({ where: { kind: 'suspend', cause: 'drift' } })
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(finding.serverId)).toMatchObject({ suspensionReason: 'Not paid', desiredSuspended: true })
  })

  it('does not suspend a server whose suspension was lifted here since', async () => {
    const { stage, finding } = await openLifted()
    await stage.services.db.server.update({ where: { id: finding.serverId }, data: { desiredSuspended: false } })
    await expect(resolveFinding(stage.admin, finding.id, { decision: 'push' })).rejects.toMatchObject({ code: 'conflict', reason: 'finding_stale' })
    expect(await stage.services.db.operation.count({ where: { cause: 'drift' } })).toBe(0)
    expect(await stage.server(finding.serverId)).toMatchObject({ desiredSuspended: false })
    expect(await open(stage)).toHaveLength(1)
  })

  it('does not suspend it either when it is lifted at that very moment', async () => {
    const { stage, finding } = await openLifted()
    const lifting = { first: `select from servers where id = '${finding.serverId}' for update`, then: `update servers set desired_suspended = false where id = '${finding.serverId}'` }
    expect(await whileHeld(stage.services, lifting, () => resolveFinding(stage.admin, finding.id, { decision: 'push' }))).toMatchObject({ reason: 'finding_stale' })
    expect(await stage.server(finding.serverId)).toMatchObject({ desiredSuspended: false })
  })

  it.each<[string, Partial<RemoteServer>, object]>([
    ['size', { memory: 2048 }, { memoryMb: 4096 }],
    ['size that the order names', { memory: 2048 }, { memoryMb: 2048, overrides: { virtfusion_memory: 8192 } }],
    ['owner', { ownerId: 1 }, { virtfusionOwnerId: 7 }],
  ])('pushes no %s that is not the wanted one any more', async (_what, change, since) => {
    const { stage, finding } = await openDrift(change)
    await stage.services.db.server.update({ where: { id: finding.serverId }, data: since })
    await expect(resolveFinding(stage.admin, finding.id, { decision: 'push' })).rejects.toMatchObject({ code: 'conflict', reason: 'finding_stale' })
    expect(await stage.services.db.operation.count()).toBe(0)
  })

  it('pushes nothing that somebody else takes at the same moment', async () => {
    const { stage, finding } = await openDrift({ memory: 2048 })
    const taking = {
      first: `select from servers where id = '${finding.serverId}' for update`,
      then: `update servers set memory_mb = 2048 where id = '${finding.serverId}'; update drift_findings set state = 'taken' where id = '${finding.id}'`,
    }
    expect(await whileHeld(stage.services, taking, () => resolveFinding(stage.admin, finding.id, { decision: 'push' }))).toMatchObject({ reason: 'finding_settled' })
    expect(await stage.services.db.operation.count()).toBe(0)
  })

  it('refuses to push the size of a disk, says why, and leaves the finding open', async () => {
    const stage = await openStage()
    const { db } = stage.services
    const [remote] = fillPanel(stage.simulator.control, 1)
    if (!remote) throw new Error('no server')
    await bindFleet(db, [remote], { customerId: stage.customerId, planId: stage.planId })
    await db.server.updateMany({ data: { storageGb: 5, observation: {} } })
    await sweep(stage.services, new AbortController().signal, { pause: async () => {} })
    const finding = await db.driftFinding.findFirstOrThrow({ where: { field: 'storageGb' } })
    await expect(resolveFinding(stage.admin, finding.id, { decision: 'push' })).rejects.toMatchObject({ reason: 'decision_not_possible', message: expect.stringContaining('size of a disk') })
    expect(await open(stage)).toHaveLength(1)
    expect(await stage.services.db.operation.count()).toBe(0)
  })

  it('ignores a value for as long as it stays, and opens again for another', async () => {
    const { stage, finding, remote, look } = await openDrift({ name: 'by-hand' })
    await resolveFinding(stage.admin, finding.id, { decision: 'ignore', reason: 'The customer wants it so' })
    changeServer(stage.simulator.control, remote.id, { hostname: 'touched.example.com' })
    await look(10_000)
    expect(await open(stage)).toEqual([])
    changeServer(stage.simulator.control, remote.id, { name: 'by-hand-again' })
    await look(20_000)
    expect(await open(stage)).toMatchObject([{ id: finding.id, panelValue: 'by-hand-again', reason: null, decidedBy: null }])
  })

  it('answers a finding that is not there like any other thing that is not there', async () => {
    const { stage } = await openDrift({ cores: 8 })
    await expect(resolveFinding(stage.admin, '01890000-0000-7000-8000-000000000000', { decision: 'take' })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('listFindings', () => {
  it('filters by field, server and state, and shows all three values', async () => {
    const { stage, finding } = await openDrift({ memory: 2048, name: 'by-hand' })
    const list = async (query: object) => (await listFindings(stage.admin, { limit: 50, ...query })).items.map(({ field }) => field).toSorted()
    expect(await list({})).toEqual(['memoryMb', 'name'])
    expect(await list({ field: 'name' })).toEqual(['name'])
    expect(await list({ serverId: finding.serverId })).toHaveLength(2)
    expect(await list({ state: 'ignored' })).toEqual([])
    expect(await countOpen(stage.services.db)).toEqual({ differences: 2, orphans: 0, vanished: 0 })
  })
})
