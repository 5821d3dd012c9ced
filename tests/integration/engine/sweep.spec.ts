import { describe, expect, it } from 'vitest'
import { sweep } from '../../../server/engine/sweep.ts'
import { openStage, waitFor, type Stage } from './support.ts'

async function byHand(stage: Stage, id: number, change: object): Promise<void> {
  await fetch(`${stage.simulator.url}/__simulator/servers/${id}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(change) })
}

const look = (stage: Stage) => sweep(stage.services, new AbortController().signal)
const age = (stage: Stage, id: string, minutes: number) => stage.services.db.server.update({ where: { id }, data: { observedAt: new Date(Date.now() - minutes * 60_000) } })
const seen = (stage: Stage, id: string, what: string, isSo: (row: Awaited<ReturnType<Stage['server']>>) => boolean) =>
  waitFor(what, async () => {
    const row = await stage.server(id)
    return { value: isSo(row) ? row : null, seen: JSON.stringify({ observedAt: row.observedAt, suspendedAt: row.suspendedAt, vanishedAt: row.vanishedAt }) }
  })

describe('the sweep', () => {
  it('counts a server as seen that the list shows as we know it, without reading it by itself', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const old = await age(stage, server.id, 30)
    const calls = stage.simulator.control.ledger.calls.length
    await look(stage)
    expect((await stage.server(server.id)).observedAt?.getTime()).toBeGreaterThan(old.observedAt?.getTime() ?? 0)
    expect(stage.simulator.control.ledger.calls.length - calls).toBe(1)
  })

  it('reads by itself what differs, and shows a suspension by hand', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await byHand(stage, 101, { suspended: true })
    await look(stage)
    expect(await seen(stage, server.id, 'the suspension', (row) => row.suspendedAt !== null)).toMatchObject({ suspensionReason: null })
  })

  it('raises one alarm for a server that is gone, after a second look, and keeps its row', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await byHand(stage, 101, { vanish: true })
    await age(stage, server.id, 30)
    await look(stage)
    await seen(stage, server.id, 'the alarm', (row) => row.vanishedAt !== null)
    await look(stage)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionServerId: 101 })
    const notes = await stage.services.db.notification.findMany({ where: { userId: stage.admin.user.id } })
    expect(notes.map((note) => note.code)).toEqual(['server_vanished'])
  })

  it('reads one by one where the token may not list', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    const token = stage.simulator.control.tokens.find(({ name }) => name === 'full')
    if (token) token.permissions = ['GET /servers/{id}']
    const old = await age(stage, server.id, 30)
    await look(stage)
    await seen(stage, server.id, 'a read', (row) => (row.observedAt?.getTime() ?? 0) > (old.observedAt?.getTime() ?? 0))
  })

  it('believes nothing of a panel that does not answer', async () => {
    const stage = await openStage()
    stage.startWorker()
    const server = await stage.activeServer()
    await age(stage, server.id, 30)
    stage.simulator.control.faults.add({ kind: 'html', status: 404 })
    await look(stage)
    expect(await stage.server(server.id)).toMatchObject({ vanishedAt: null, lifecycle: 'active' })
  })
})
