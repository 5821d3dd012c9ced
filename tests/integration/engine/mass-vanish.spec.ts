import { describe, expect, it } from 'vitest'
import { changeServer } from '../../../simulator/control/by-hand.ts'
import { leaveSafeMode } from '../../../server/domains/identity/leave-safe-mode.ts'
import type { OperationKind } from '#shared/lifecycle/operations.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import { bindFleet, fillPanel } from '../../support/fleet.ts'
import { openStage, waitFor, type Stage } from './support.ts'

const FLEET = 10
/** The most that may be missing of such a fleet before the panel is in doubt. */
const BELIEVED = 3

/** A panel with a fleet that Berth knows, oldest first. */
async function openFleet() {
  const stage = await openStage()
  await bindFleet(stage.services.db, fillPanel(stage.simulator.control, FLEET), { customerId: stage.customerId, planId: stage.planId })
  const servers = await stage.services.db.server.findMany({ orderBy: { virtfusionServerId: 'asc' } })
  return { stage, servers }
}

type Servers = Awaited<ReturnType<typeof openFleet>>['servers']

const vanish = (stage: Stage, servers: Servers) => { for (const { virtfusionServerId } of servers) changeServer(stage.simulator.control, virtfusionServerId ?? 0, { vanish: true }) }
const askEach = (stage: Stage, servers: Servers, kind: OperationKind) => Promise.all(servers.map(({ id }) => stage.ask(id, kind)))
const count = (stage: Stage, where: object) => stage.services.db.server.count({ where })
const isFrozen = async (stage: Stage) => await stage.services.db.panelIdentity.count({ where: { safeModeSince: { not: null } } }) > 0
const leave = (stage: Stage) => leaveSafeMode(stage.admin, { decision: 'same_panel', confirm: new URL(stage.simulator.url).host, reason: 'We deleted them there' })

/** Until every operation waits for an admin to leave safe mode. */
const untilHeld = (stage: Stage, operations: readonly { id: string }[]) => waitFor('safe mode', async () => {
  const rows = await stage.services.db.operation.findMany({ where: { id: { in: operations.map(({ id }) => id) } } })
  const held = rows.filter(({ state, diagnosis }) => state === 'waiting' && JSON.stringify(diagnosis).includes('safe_mode'))
  return { value: held.length === operations.length ? held : null, seen: rows.map(({ state, step, diagnosis }) => `${state} ${step} ${JSON.stringify(diagnosis)}`).join('\n') }
})

describe('many servers that operations find missing', () => {
  it('are not believed one by one: nothing is marked, Berth only reads, and admins are told once', async () => {
    const { stage, servers } = await openFleet()
    const missing = servers.slice(0, 6)
    vanish(stage, missing)
    const operations = await askEach(stage, missing, 'suspend')
    stage.startWorker()
    await untilHeld(stage, operations)
    expect(await count(stage, { vanishedAt: { not: null } })).toBeLessThanOrEqual(BELIEVED)
    expect(await stage.services.db.panelIdentity.findFirst()).toMatchObject({ safeModeReason: { code: 'mass_vanish', params: { fleet: FLEET } } })
    expect(await stage.services.db.auditEvent.findFirst({ where: { action: 'safe_mode.entered' } })).toMatchObject({ after: { code: 'mass_vanish', fleet: FLEET, missing: expect.any(Number), allowed: expect.any(Number), exchanged: 0 } })
    expect(await stage.services.db.notification.count({ where: { userId: stage.admin.user.id, code: 'mass_vanish' } })).toBe(1)
  })

  it('are not called deleted either, or paid servers would be forgotten at the right panel', async () => {
    const { stage, servers } = await openFleet()
    stage.simulator.control.state.servers.clear()
    const operations = await askEach(stage, servers, 'delete')
    stage.startWorker()
    await untilHeld(stage, operations)
    expect(await count(stage, { lifecycle: 'deleted' })).toBe(0)
  })

  it('count within an hour, however slowly they come, and together with what the sweep has found', async () => {
    const { stage, servers } = await openFleet()
    const [first, second, third, fourth] = servers
    if (!first || !second || !third || !fourth) throw new Error('no fleet')
    vanish(stage, [first, second, third, fourth])
    const halfAnHourAgo = new Date(Date.now() - 30 * 60_000)
    await stage.services.db.server.updateMany({ where: { id: { in: [first.id, second.id, third.id] } }, data: { vanishedAt: halfAnHourAgo } })
    stage.startWorker()
    await untilHeld(stage, [await stage.ask(fourth.id, 'boot')])
    expect(await stage.server(fourth.id)).toMatchObject({ vanishedAt: null })
  })

  it('are an alarm each while they are few', async () => {
    const { stage, servers } = await openFleet()
    const missing = servers.slice(0, BELIEVED)
    vanish(stage, missing)
    const operations = await askEach(stage, missing, 'suspend')
    stage.startWorker()
    for (const { id } of operations) expect(await stage.until(id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'server_vanished' } })
    expect(await isFrozen(stage)).toBe(false)
  })

  it('are no sign when Berth itself has deleted them, even where every answer was lost', async () => {
    const { stage, servers } = await openFleet()
    await stage.services.db.setting.create({ data: { group: 'safety', value: { harmPerHour: 100, harmPercentPerHour: 100 } } })
    const doomed = servers.slice(0, BELIEVED + 2)
    stage.simulator.control.faults.add({ operation: 'DELETE /servers/{id}', kind: 'drop-after-effect', times: doomed.length })
    const operations = await askEach(stage, doomed, 'delete')
    stage.startWorker()
    for (const { id } of operations) await stage.until(id, 'succeeded')
    expect(await isFrozen(stage)).toBe(false)
  })
})

describe('leaving safe mode with the same panel', () => {
  it('marks what is missing there, so that the next sweep does not freeze again and the rows can be deleted', async () => {
    const { stage, servers } = await openFleet()
    const missing = servers.slice(0, 6)
    vanish(stage, missing)
    const look = () => sweep(stage.services, new AbortController().signal, { pause: async () => {} })
    await look()
    expect(await isFrozen(stage)).toBe(true)
    await leave(stage)
    expect(await count(stage, { vanishedAt: { not: null } })).toBe(missing.length)
    await look()
    expect(await isFrozen(stage)).toBe(false)

    stage.startWorker()
    for (const { id } of await askEach(stage, missing, 'delete')) await stage.until(id, 'succeeded')
    expect(await isFrozen(stage)).toBe(false)
  })

  it('looks anew from then on: few that vanish after it are believed', async () => {
    const { stage, servers } = await openFleet()
    vanish(stage, servers.slice(0, 6))
    const look = () => sweep(stage.services, new AbortController().signal, { pause: async () => {} })
    await look()
    await leave(stage)
    vanish(stage, servers.slice(6, 7))
    await look()
    expect(await isFrozen(stage)).toBe(false)
    expect(await count(stage, { vanishedAt: { not: null } })).toBe(7)
  })
})
