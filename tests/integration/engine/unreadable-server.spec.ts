import { describe, expect, it } from 'vitest'
import { changeServer } from '../../../simulator/control/by-hand.ts'
import type { Server as RemoteServer } from '../../../simulator/core/state.ts'
import { advanceOperation } from '../../../server/engine/advance-operation.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import { bindFleet, fillPanel } from '../../support/fleet.ts'
import { openStage, waitFor, type Stage } from './support.ts'

const look = (stage: Stage) => sweep(stage.services, new AbortController().signal, { pause: async () => {} })
const findings = (stage: Stage) => stage.services.db.driftFinding.findMany({ where: { state: 'open' } })
const rowOf = (stage: Stage, { id }: RemoteServer) => stage.services.db.server.findFirstOrThrow({ where: { virtfusionServerId: id } })

async function openFleet(count: number) {
  const stage = await openStage()
  const remotes = fillPanel(stage.simulator.control, count)
  await bindFleet(stage.services.db, remotes, { customerId: stage.customerId, planId: stage.planId })
  return { stage, remotes }
}

/** The panel, or only the server's hypervisor, answers for this one with an error from now on. */
function fail(stage: Stage, { id }: RemoteServer, { query = '', kind = 'status' as 'status' | 'html' } = {}) {
  stage.simulator.control.faults.add({ operation: `GET /servers/${id}${query}`, kind, ...(kind === 'status' ? { status: 500 } : {}) })
}

function resize(stage: Stage, remotes: readonly RemoteServer[]) {
  for (const { id } of remotes) Object.assign(stage.simulator.control.state.servers.get(id) ?? {}, { memory: 2048, updated: stage.simulator.control.now() })
}

describe('a server that can\'t be read', () => {
  it('keeps no other one from being read in the same sweep', async () => {
    const { stage, remotes } = await openFleet(6)
    const [first] = remotes
    if (!first) throw new Error('no fleet')
    fail(stage, first)
    resize(stage, remotes)
    await look(stage)
    expect(await findings(stage)).toHaveLength(5)
    expect((await rowOf(stage, first)).observation).toHaveProperty('unreadAt')
  })

  it('is read last from then on, so that several of them do not hold up all others in each sweep', async () => {
    const { stage, remotes } = await openFleet(9)
    const broken = remotes.slice(0, 4)
    // Pages do not count as a dead panel, which the client would leave alone.
    for (const remote of broken) fail(stage, remote, { kind: 'html' })
    resize(stage, remotes)
    await look(stage)
    expect(await findings(stage)).toEqual([])
    await look(stage)
    expect(await findings(stage)).toHaveLength(5)
    stage.simulator.control.faults.clear()
    await look(stage)
    expect(await findings(stage)).toHaveLength(9)
    for (const remote of broken) expect((await rowOf(stage, remote)).observation).not.toHaveProperty('unreadAt')
  })

  it('is read without its live state where only the hypervisor is silent', async () => {
    const { stage, remotes } = await openFleet(1)
    const [only] = remotes
    if (!only) throw new Error('no fleet')
    fail(stage, only, { query: '?remoteState=true' })
    changeServer(stage.simulator.control, only.id, { suspended: true })
    await look(stage)
    expect(await findings(stage)).toMatchObject([{ field: 'suspension' }])
    expect(await rowOf(stage, only)).toMatchObject({ power: 'running', suspendedAt: expect.any(Date) as Date })
  })
})

describe('an order whose server tells no live state', () => {
  it('is finished without it after a minute: the panel says that the server is built', async () => {
    const stage = await openStage()
    stage.simulator.control.faults.add({ operation: 'GET /servers/{serverId}?remoteState=true', kind: 'status', status: 500 })
    const worker = stage.startWorker()
    const { server, operation } = await stage.order()
    await waitFor('a look without an answer', async () => {
      const { memory, step, state } = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
      return { value: JSON.stringify(memory).includes('liveSince') || null, seen: `${state} at ${step}` }
    })
    await worker.stop()
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'provisioning' })
    await stage.services.database.pool.query('update operations set memory = jsonb_set(memory, \'{liveSince}\', to_jsonb($2::text)), next_attempt_at = now() where id = $1', [operation.id, new Date(Date.now() - 61_000).toISOString()])
    await advanceOperation(engineOf(stage.services), operation.id)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', observedAt: expect.any(Date) as Date })
  })
})
