import { describe, expect, it } from 'vitest'
import type { Server as RemoteServer } from '../../../simulator/core/state.ts'
import { changeServer, makeServer } from '../../../simulator/control/by-hand.ts'
import { observeServer } from '../../../server/engine/observe-job.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import { openSweepStore } from '../../../server/engine/sweep/store.ts'
import { ServerRowSchema } from '../../../server/virtfusion/schemas/servers.ts'
import { leaveSafeMode } from '../../../server/domains/identity/leave-safe-mode.ts'
import { resolveFinding } from '../../../server/domains/drift/resolve-finding.ts'
import { bindFleet, fillPanel } from '../../support/fleet.ts'
import { openStage, type Stage } from './support.ts'

const look = (stage: Stage) => sweep(stage.services, new AbortController().signal, { pause: async () => {} })
const byHand = (stage: Stage, id: number, change: object) => { changeServer(stage.simulator.control, id, change) }
const findings = (stage: Stage) => stage.services.db.driftFinding.findMany({ where: { state: 'open' }, orderBy: { createdAt: 'asc' } })
const orphans = (stage: Stage) => stage.services.db.orphan.findMany({ where: { state: 'open' }, orderBy: { virtfusionServerId: 'asc' } })
const ghosts = (stage: Stage) => stage.services.db.server.findMany({ where: { vanishedAt: { not: null } }, orderBy: { virtfusionServerId: 'asc' } })
const notes = async (stage: Stage) => (await stage.services.db.notification.findMany({ where: { userId: stage.admin.user.id }, orderBy: { createdAt: 'asc' } })).map(({ code }) => code)
const calls = (stage: Stage) => stage.simulator.control.ledger.calls.map(({ operation }) => operation)

/** A panel with a fleet that Berth knows. */
async function openFleet(count: number): Promise<{ stage: Stage, remotes: RemoteServer[], remote(index: number): RemoteServer }> {
  const stage = await openStage()
  const remotes = fillPanel(stage.simulator.control, count)
  await bindFleet(stage.services.db, remotes, { customerId: stage.customerId, planId: stage.planId })
  return {
    stage, remotes,
    remote(index) {
      const remote = remotes[index]
      if (!remote) throw new Error(`no server ${index}`)
      return remote
    },
  }
}

/** Somebody works in the panel's own pages. */
function resize(stage: Stage, remote: RemoteServer, change: Partial<RemoteServer>) {
  const server = stage.simulator.control.state.servers.get(remote.id)
  Object.assign(server ?? {}, change, { updated: stage.simulator.control.now() })
}

describe('the sweep', () => {
  it('counts servers as seen that the list shows as we know them, with one call for 200 of them', async () => {
    const { stage } = await openFleet(450)
    const startedAt = new Date()
    await look(stage)
    expect(await stage.services.db.server.count({ where: { observedAt: { gte: startedAt } } })).toBe(450)
    expect(calls(stage)).toEqual(['GET /servers', 'GET /servers', 'GET /servers'])
  })

  it('brings up to date what was seen by a clock that has been set back since, instead of waiting for that hour to come again', async () => {
    const { stage, remote } = await openFleet(3)
    const { db } = stage.services
    await db.server.updateMany({ data: { observedAt: new Date(Date.now() + 365 * 24 * 3_600_000) } })
    byHand(stage, remote(0).id, { suspended: true })
    await look(stage)
    expect(await db.server.count({ where: { observedAt: { lte: new Date(Date.now() + 60_000) } } })).toBe(3)
    expect(await db.server.findFirst({ where: { virtfusionServerId: remote(0).id } })).toMatchObject({ suspendedAt: expect.any(Date) as Date })
  })

  it('raises nothing in a day of sweeps over a panel that nobody touches', async () => {
    const { stage } = await openFleet(60)
    let now = Date.now()
    const services = { ...stage.services, now: () => new Date(now) }
    for (let sweeps = 0; sweeps < 288; sweeps++) {
      now += 5 * 60_000
      await sweep(services, new AbortController().signal, { pause: async () => {} })
    }
    expect(await findings(stage)).toEqual([])
    expect(await orphans(stage)).toEqual([])
    expect(await ghosts(stage)).toEqual([])
    expect(await notes(stage)).toEqual([])
    expect(calls(stage)).toHaveLength(288)
  }, 180_000)

  it('gives 20 findings for 20 changes by hand, one read each, and not one twice', async () => {
    const { stage, remote } = await openFleet(250)
    for (let index = 0; index < 20; index++) {
      const server = remote(index * 12)
      if (index % 5 === 0) resize(stage, server, { memory: 2048 })
      if (index % 5 === 1) resize(stage, server, { cores: 4 })
      if (index % 5 === 2) byHand(stage, server.id, { name: `renamed-${index}` })
      if (index % 5 === 3) byHand(stage, server.id, { suspended: true })
      if (index % 5 === 4) byHand(stage, server.id, { ownerId: 1 })
    }
    await look(stage)
    await look(stage)
    const found = await findings(stage)
    const count = (field: string) => found.filter((finding) => finding.field === field).length
    expect(found).toHaveLength(20)
    expect(['memoryMb', 'cpuCores', 'name', 'suspension', 'owner'].map(count)).toEqual([4, 4, 4, 4, 4])
    expect(found.find(({ field }) => field === 'memoryMb')).toMatchObject({ planValue: 1024, ourValue: 1024, panelValue: 2048 })
    expect(await notes(stage)).toEqual(['drift_found'])
  })

  it('keeps our sizes until somebody decides, whoever reads the server meanwhile', async () => {
    const { stage, remote } = await openFleet(3)
    resize(stage, remote(0), { memory: 2048 })
    const row = await stage.services.db.server.findFirstOrThrow({ where: { virtfusionServerId: remote(0).id } })
    await observeServer(stage.services, row.id)
    expect(await stage.server(row.id)).toMatchObject({ memoryMb: 1024 })
  })

  it('ends a finding by itself when the panel is put back', async () => {
    const { stage, remote } = await openFleet(3)
    byHand(stage, remote(0).id, { suspended: true })
    await look(stage)
    expect(await findings(stage)).toHaveLength(1)
    byHand(stage, remote(0).id, { suspended: false })
    await look(stage)
    expect(await findings(stage)).toEqual([])
    expect(await stage.services.db.driftFinding.findMany()).toMatchObject([{ state: 'gone' }])
  })

  it('shows a suspension by hand as one without reason, and lists it', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    byHand(stage, 101, { suspended: true })
    await look(stage)
    expect(await stage.server(server.id)).toMatchObject({ suspensionReason: null, suspendedAt: expect.any(Date) })
  })

  it('says nothing about a server right after an operation of ours, and looks again', async () => {
    const stage = await openStage()
    stage.startWorker()
    await stage.activeServer()
    byHand(stage, 101, { name: 'by-hand' })
    await look(stage)
    expect(await findings(stage)).toEqual([])
    let now = Date.now() + 3 * 60_000
    await sweep({ ...stage.services, now: () => new Date(now += 10) }, new AbortController().signal, { pause: async () => {} })
    expect(await findings(stage)).toMatchObject([{ field: 'name', panelValue: 'by-hand' }])
  })

  it('reads one by one where the token may not list, and calls nothing an orphan or a ghost for it', async () => {
    const { stage } = await openFleet(5)
    const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
    if (token) token.permissions = ['GET /servers/{id}']
    await stage.services.db.server.updateMany({ data: { observedAt: new Date(Date.now() - 20 * 60_000) } })
    const startedAt = new Date()
    await look(stage)
    expect(await stage.services.db.server.count({ where: { observedAt: { gte: startedAt } } })).toBe(5)
    expect(await ghosts(stage)).toEqual([])
  })

  it('believes nothing of a panel that does not answer', async () => {
    const { stage } = await openFleet(3)
    stage.simulator.control.faults.add({ kind: 'html', status: 404 })
    await look(stage)
    expect(await ghosts(stage)).toEqual([])
    expect(await findings(stage)).toEqual([])
  })

  it('reads by itself what lies behind a page that fails each time, once it was not seen for long, and calls nothing a ghost for it', async () => {
    const { stage, remote } = await openFleet(206)
    const { db } = stage.services
    stage.simulator.control.faults.add({ operation: 'GET /servers', nth: 2, kind: 'status', status: 500 })
    resize(stage, remote(203), { memory: 2048 })
    byHand(stage, remote(204).id, { vanish: true })
    const singleReads = () => calls(stage).filter((operation) => operation === 'GET /servers/{id}').length
    await look(stage)
    expect(singleReads()).toBe(0)

    await db.server.updateMany({ where: { virtfusionServerId: { gte: remote(200).id } }, data: { observedAt: new Date(Date.now() - 13 * 60_000) } })
    const startedAt = new Date()
    stage.simulator.control.faults.clear()
    stage.simulator.control.faults.add({ operation: 'GET /servers', nth: 2, kind: 'status', status: 500 })
    await look(stage)
    expect(singleReads()).toBe(6)
    expect(await db.server.count({ where: { observedAt: { gte: startedAt } } })).toBe(205)
    expect(await findings(stage)).toMatchObject([{ field: 'memoryMb', panelValue: 2048 }])
    expect(await ghosts(stage)).toEqual([])
    expect((await db.server.findFirstOrThrow({ where: { virtfusionServerId: remote(204).id } })).observation).not.toHaveProperty('absentSince')
  })

  it('stops between two pages when the process is to stop', async () => {
    const { stage } = await openFleet(450)
    const end = new AbortController()
    await sweep(stage.services, end.signal, { pause: async () => { end.abort() } })
    expect(calls(stage)).toEqual(['GET /servers'])
  })
})

describe('orphans', () => {
  it('lists all of 50 unknown servers and none of ours, tells once, and knows them again', async () => {
    const { stage, remotes } = await openFleet(120)
    const strangers = fillPanel(stage.simulator.control, 50, { ownerId: 1, prefix: 'stranger' })
    await look(stage)
    await look(stage)
    const listed = await orphans(stage)
    expect(listed.map(({ virtfusionUuid }) => virtfusionUuid)).toEqual(strangers.map(({ uuid }) => uuid))
    expect(listed.some(({ virtfusionUuid }) => remotes.some(({ uuid }) => uuid === virtfusionUuid))).toBe(false)
    expect(await notes(stage)).toEqual(['orphans_found'])
  })

  it('leaves a server to a create of its owner that is under way, and names that create once it stands undecided', async () => {
    const { stage } = await openFleet(2)
    const { operation } = await stage.order()
    await stage.services.db.operation.update({ where: { id: operation.id }, data: { state: 'running', step: 'settle', ownerLock: 2 } })
    makeServer(stage.simulator.control, { userId: 2, built: false })
    await look(stage)
    expect(await orphans(stage)).toEqual([])
    const later = Date.now() + 20 * 60_000
    await sweep({ ...stage.services, now: () => new Date(later) }, new AbortController().signal, { pause: async () => {} })
    expect(await orphans(stage)).toMatchObject([{ operationId: operation.id }])
  })

  it('ends an orphan that is gone, and one that a row points to by now', async () => {
    const { stage } = await openFleet(2)
    const [first, second] = fillPanel(stage.simulator.control, 2, { ownerId: 1 })
    if (!first || !second) throw new Error('no strangers')
    await look(stage)
    byHand(stage, first.id, { vanish: true })
    await bindFleet(stage.services.db, [second], { customerId: stage.customerId, planId: stage.planId })
    await look(stage)
    const states = await stage.services.db.orphan.findMany({ orderBy: { virtfusionServerId: 'asc' }, select: { state: true } })
    expect(states).toEqual([{ state: 'gone' }, { state: 'adopted' }])
  })

  it('lists a server again whose row was deleted here long ago: it costs money', async () => {
    const { stage, remote } = await openFleet(2)
    await stage.services.db.server.updateMany({ where: { virtfusionServerId: remote(0).id }, data: { lifecycle: 'deleted', deletedAt: new Date(Date.now() - 3_600_000) } })
    await look(stage)
    expect(await orphans(stage)).toMatchObject([{ virtfusionServerId: remote(0).id }])
  })
})

describe('notices', () => {
  it('tell what a single read finds first, once, whoever looks after it', async () => {
    const { stage, remote } = await openFleet(3)
    byHand(stage, remote(0).id, { ownerId: 1 })
    const row = await stage.services.db.server.findFirstOrThrow({ where: { virtfusionServerId: remote(0).id } })
    await observeServer(stage.services, row.id)
    expect(await findings(stage)).toMatchObject([{ field: 'owner' }])
    expect(await notes(stage)).toEqual(['drift_found'])
    await look(stage)
    await observeServer(stage.services, row.id)
    expect(await notes(stage)).toEqual(['drift_found'])
  })

  it('tell of orphans that a sweep stored before it died', async () => {
    const { stage } = await openFleet(2)
    const [stranger] = fillPanel(stage.simulator.control, 1, { ownerId: 1 })
    if (!stranger) throw new Error('no stranger')
    const remote = ServerRowSchema.parse({ id: stranger.id, uuid: stranger.uuid, name: stranger.name, owner: 1 })
    await openSweepStore(stage.services).saveOrphans([{ remote, operationId: null, seenAt: new Date() }])
    await look(stage)
    expect(await notes(stage)).toEqual(['orphans_found'])
  })

  it('leave out an orphan whose order has told of it', async () => {
    const { stage } = await openFleet(2)
    const [stranger] = fillPanel(stage.simulator.control, 1, { ownerId: 1 })
    if (!stranger) throw new Error('no stranger')
    await stage.services.db.orphan.create({ data: { virtfusionServerId: stranger.id, virtfusionUuid: stranger.uuid, name: stranger.name } })
    await look(stage)
    expect(await orphans(stage)).toHaveLength(1)
    expect(await notes(stage)).toEqual([])
  })

  it('tell again of an ignored difference that opens again', async () => {
    const { stage, remote } = await openFleet(3)
    byHand(stage, remote(0).id, { name: 'by-hand' })
    await look(stage)
    const [finding] = await findings(stage)
    await resolveFinding(stage.admin, finding?.id ?? '', { decision: 'ignore', reason: 'agreed' })
    byHand(stage, remote(0).id, { name: 'by-hand-again' })
    await sweep({ ...stage.services, now: () => new Date(Date.now() + 10_000) }, new AbortController().signal, { pause: async () => {} })
    expect(await notes(stage)).toEqual(['drift_found', 'drift_found'])
  })

  it('tell again of an orphan that was gone and is back', async () => {
    const { stage } = await openFleet(2)
    fillPanel(stage.simulator.control, 1, { ownerId: 1 })
    await look(stage)
    await stage.services.db.orphan.updateMany({ data: { state: 'gone' } })
    await look(stage)
    expect(await notes(stage)).toEqual(['orphans_found', 'orphans_found'])
  })

  it('tell once when several tell at the same moment', async () => {
    const { stage, remote } = await openFleet(6)
    const { db } = stage.services
    await look(stage)
    const servers = await db.server.findMany({ select: { id: true } })
    await db.driftFinding.createMany({ data: servers.map(({ id }) => ({ serverId: id, field: 'name', ourValue: 'a', panelValue: remote(0).name })) })
    await Promise.all(Array.from({ length: 8 }, () => openSweepStore(stage.services).announce()))
    expect(await db.notification.findMany({ where: { userId: stage.admin.user.id } })).toMatchObject([{ code: 'drift_found', params: { count: 6 } }])
    expect(await db.driftFinding.count({ where: { announcedAt: null } })).toBe(0)
  })
})

describe('ghosts', () => {
  it('marks one that is gone after a second look, raises one alarm, and keeps its row', async () => {
    const { stage, remote } = await openFleet(5)
    byHand(stage, remote(2).id, { vanish: true })
    await look(stage)
    await look(stage)
    expect(await ghosts(stage)).toMatchObject([{ virtfusionServerId: remote(2).id, lifecycle: 'active' }])
    expect(await notes(stage)).toEqual(['server_vanished'])
  })

  it('lists all of 50 and no other in a fleet of which 50 are few, and tells of them with one message', async () => {
    const { stage, remotes } = await openFleet(2_600)
    const gone = remotes.filter((_, index) => index % 52 === 0)
    for (const { id } of gone) byHand(stage, id, { vanish: true })
    await look(stage)
    expect((await ghosts(stage)).map(({ virtfusionServerId }) => virtfusionServerId)).toEqual(gone.map(({ id }) => id))
    expect(await notes(stage)).toEqual(['servers_vanished'])
    expect(calls(stage).filter((operation) => operation === 'GET /servers')).toHaveLength(13)
  }, 180_000)

  it('clears one that is back', async () => {
    const { stage, remote } = await openFleet(5)
    await stage.services.db.server.updateMany({ where: { virtfusionServerId: remote(1).id }, data: { vanishedAt: new Date() } })
    await look(stage)
    expect(await ghosts(stage)).toEqual([])
  })

  it('waits for a second answer where one server is looked at by itself', async () => {
    const { stage, remote } = await openFleet(5)
    const row = await stage.services.db.server.findFirstOrThrow({ where: { virtfusionServerId: remote(0).id } })
    byHand(stage, remote(0).id, { vanish: true })
    await observeServer(stage.services, row.id)
    expect(await ghosts(stage)).toEqual([])
    await observeServer(stage.services, row.id)
    expect(await ghosts(stage)).toHaveLength(1)
  })

  it('takes no row for missing that a list of several pages skipped', async () => {
    const { stage, remote } = await openFleet(250)
    const hidden = stage.simulator.control.state.servers
    const kept = hidden.get(remote(240).id)
    hidden.delete(remote(240).id)
    // The server is moved while the list is read: no page has it, and it is there all the same.
    await sweep(stage.services, new AbortController().signal, { pause: async () => { if (kept) hidden.set(kept.id, kept) } })
    expect(await ghosts(stage)).toEqual([])
  })
})

describe('when too many vanish at once', () => {
  it('marks none, raises one alarm, and goes into safe mode', async () => {
    const { stage, remotes } = await openFleet(40)
    for (const { id } of remotes.slice(0, 4)) byHand(stage, id, { vanish: true })
    await look(stage)
    await look(stage)
    expect(await ghosts(stage)).toEqual([])
    expect((await notes(stage)).filter((code) => code === 'mass_vanish')).toHaveLength(1)
    expect(await stage.services.db.panelIdentity.findFirst()).toMatchObject({ safeModeSince: expect.any(Date), safeModeReason: { code: 'mass_vanish', params: { missing: 4, fleet: 40 } } })
  })

  it('asks for a few of them only, not for all of an empty panel', async () => {
    const { stage } = await openFleet(300)
    stage.simulator.control.state.servers.clear()
    await look(stage)
    expect(await ghosts(stage)).toEqual([])
    expect(calls(stage)).toHaveLength(11)
    expect(await stage.services.db.panelIdentity.findFirst()).toMatchObject({ safeModeReason: { params: { missing: 300 } } })
  })

  it('counts those that vanish one after the other', async () => {
    const { stage, remotes } = await openFleet(40)
    for (const [index, { id }] of remotes.slice(0, 5).entries()) {
      byHand(stage, id, { vanish: true })
      await look(stage)
      expect((await ghosts(stage)).length, `after ${index + 1}`).toBe(Math.min(index + 1, 3))
    }
  })

  it('freezes for a panel under whose numbers other servers answer, and makes neither findings nor orphans of them', async () => {
    const { stage, remotes } = await openFleet(40)
    for (const { id, uuid } of remotes) byHand(stage, id, { uuid: uuid.replace(/^.{8}/, 'deadbeef') })
    await look(stage)
    expect(await findings(stage)).toEqual([])
    expect(await orphans(stage)).toEqual([])
    expect(await ghosts(stage)).toEqual([])
    expect(await stage.services.db.panelIdentity.findFirst()).toMatchObject({ safeModeSince: expect.any(Date) })
  })

  it('freezes once for them: after a person has left safe mode they are findings, and what stands there is listed', async () => {
    const { stage, remotes } = await openFleet(40)
    for (const { id, uuid } of remotes) byHand(stage, id, { uuid: uuid.replace(/^.{8}/, 'deadbeef') })
    await look(stage)
    await leaveSafeMode(stage.admin, { decision: 'new_panel', confirm: new URL(stage.simulator.url).host, reason: 'We moved' })
    await look(stage)
    expect(await stage.services.db.panelIdentity.findFirst()).toMatchObject({ safeModeSince: null })
    expect(await findings(stage)).toHaveLength(40)
    expect(await orphans(stage)).toHaveLength(40)
  })

  it('marks nothing of a panel that was restored from before most of the fleet was made', async () => {
    const stage = await openStage()
    stage.simulator.control.snapshot('before')
    const remotes = fillPanel(stage.simulator.control, 30)
    await bindFleet(stage.services.db, remotes, { customerId: stage.customerId, planId: stage.planId })
    stage.simulator.control.restoreSnapshot('before')
    fillPanel(stage.simulator.control, 10, { ownerId: 1 })
    await look(stage)
    expect(await ghosts(stage)).toEqual([])
    expect(await findings(stage)).toEqual([])
    expect(await orphans(stage)).toEqual([])
    expect(await notes(stage)).toContain('mass_vanish')
  })

  it('lists a single number that was given to another server, and binds nothing', async () => {
    const { stage, remote } = await openFleet(40)
    const { id, uuid } = remote(0)
    byHand(stage, id, { uuid: 'deadbeef-0000-4000-8000-000000000000' })
    await look(stage)
    await look(stage)
    expect(await findings(stage)).toMatchObject([{ field: 'identity', ourValue: uuid, panelValue: 'deadbeef-0000-4000-8000-000000000000' }])
    expect(await orphans(stage)).toMatchObject([{ virtfusionUuid: 'deadbeef-0000-4000-8000-000000000000' }])
  })
})
