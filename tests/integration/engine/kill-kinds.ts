import { randomUUID } from 'node:crypto'
import type { OperationKind } from '#shared/lifecycle/operations.ts'
import { overwriteGroup, readGroup } from '../../../server/domains/settings/registry.ts'
import type { Operation, Prisma, Server } from '../../../server/generated/prisma/client.ts'
import type { FaultRule } from '../../../simulator/core/faults.ts'
import type { Server as RemoteServer } from '../../../simulator/core/state.ts'
import { DEBIAN, FEATURES, openStage, useThrowAwayUsers, WITH_WAIT, type Stage } from './support.ts'

/** What came of one operation: our rows, the panel's server, and how often the panel did each thing to it. */
export interface Ended {
  operation: Operation
  server: Server
  remote: RemoteServer | null
  effects: Record<string, number>
}

/** One way of an operation through the engine. */
export interface Kind {
  name: string
  /** Whose waits are killed; without it, those of all steps. */
  steps?: readonly string[]
  /** A stage for so many operations. */
  open(count: number): Promise<Stage>
  ask(stage: Stage): Promise<Operation>
  isRight(ended: Ended): boolean
}

const PANEL_USER = FEATURES.virtfusion_user_id
const UNBOUNDED = { maxMemory: 1e9, maxCores: 1e9, maxStorage: 1e9 }

async function openRoomy(): Promise<Stage> {
  const stage = await openStage({}, WITH_WAIT)
  for (const machine of stage.simulator.control.state.hypervisors.values()) Object.assign(machine, UNBOUNDED)
  return stage
}

/** Everything happens at once here, which no host would let happen. */
async function openForChanges(): Promise<Stage> {
  const stage = await openRoomy()
  const { value } = await readGroup(stage.services.db, 'safety')
  await overwriteGroup(stage.services.db, 'safety', { ...value, harmPerHour: 1_000 }, null)
  return stage
}

/** A built and running server at the panel, bound to an active row of ours. */
async function makeServer(stage: Stage, isSuspended: boolean): Promise<Server> {
  const { services: { db }, simulator } = stage
  const call = async (path: string, method: string, body: object) => await (await fetch(`${simulator.url}/__simulator/servers${path}`, {
    method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  })).json() as { id: number, uuid: string }
  const { id, uuid } = await call('', 'POST', { userId: PANEL_USER, name: 'before', hostname: 'before.example.com' })
  if (isSuspended) await call(`/${id}`, 'PATCH', { suspended: true })
  return db.server.create({
    data: {
      reference: `vps-by-hand-${id}`, customerId: stage.customerId, planId: stage.planId, name: 'before', hostname: 'before.example.com', lifecycle: 'active', operatingSystemId: DEBIAN,
      virtfusionServerId: id, virtfusionUuid: uuid, virtfusionOwnerId: PANEL_USER, desiredSuspended: isSuspended, suspendedAt: isSuspended ? new Date() : null,
    },
  })
}

function change(kind: OperationKind, input: Prisma.InputJsonObject, isRight: Kind['isRight']): Kind {
  return {
    name: kind, isRight, open: openForChanges,
    ask: async (stage) => stage.ask((await makeServer(stage, kind === 'unsuspend')).id, kind, input),
  }
}

/** Whoever set a state may set it again once a read has shown that it is not there: so each of these comes to its end. */
export const CHANGES: readonly Kind[] = [
  change('suspend', { reason: 'Unpaid' }, ({ operation, server, remote, effects }) =>
    operation.state === 'succeeded' && effects['server.suspend-accepted'] === 1 && remote?.suspended === true && server.suspendedAt !== null && server.suspensionReason === 'Unpaid'),
  change('unsuspend', {}, ({ operation, server, remote, effects }) =>
    operation.state === 'succeeded' && effects['server.unsuspend-accepted'] === 1 && remote?.suspended === false && server.suspendedAt === null),
  change('rename', { name: 'after' }, ({ operation, server, remote, effects }) =>
    operation.state === 'succeeded' && effects['server.renamed'] === 1 && remote?.name === 'after' && server.name === 'after'),
  change('delete', {}, ({ operation, server, remote, effects }) =>
    operation.state === 'succeeded' && effects['server.delete-accepted'] === 1 && remote === null && server.lifecycle === 'deleted'),
  // These two do harm when they come twice: where nobody can know whether they were sent, that is said.
  change('restart', {}, ({ operation, effects }) =>
    isOnce(operation, effects['server.restart-queued'], { end: 'failed', code: 'power_effect_unknown' })),
  change('rebuild', { operatingSystemId: DEBIAN }, ({ operation, effects }) =>
    isOnce(operation, effects['server.build-queued'], { end: 'needs_attention', code: 'rebuild_never_began' })),
]

function isOnce({ state, diagnosis }: Operation, times = 0, unknown: { end: Operation['state'], code: string }): boolean {
  if (state === 'succeeded') return times === 1
  return state === unknown.end && times <= 1 && JSON.stringify(diagnosis).includes(`"${unknown.code}"`)
}

type Mode = 'direct' | 'escrow'

/** Orders whose answers are eaten by what stands in front of the panel: a dead line in their place would have the client leave the panel alone. */
type Loss = Pick<FaultRule, 'afterEffect'> | null

function create(mode: Mode, { name, loss, steps }: { name: string, loss: Loss, steps?: readonly string[] }): Kind {
  return {
    name, ...(steps ? { steps } : {}), isRight: (ended) => isRightCreate(mode, ended),
    async open(count) {
      const stage = await openRoomy()
      if (mode === 'escrow') await useThrowAwayUsers(stage)
      if (loss) stage.simulator.control.faults.add({ operation: 'POST /servers', kind: 'html', status: 200, times: count, ...loss })
      return stage
    },
    // Orders of one owner wait for each other, so each has its own.
    async ask(stage) {
      return (await stage.order({ features: { virtfusion_user_id: await makeOwner(stage) } })).operation
    },
  }
}

/** As another system does: Berth's own client would have these wait for their turn. */
async function makeOwner({ simulator }: Stage): Promise<number> {
  const headers = { 'authorization': `Bearer ${simulator.token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${simulator.url}/api/v1/users`, { method: 'POST', headers, body: JSON.stringify({ name: 'Owner', email: `${randomUUID()}@panel.example` }) })
  const { data } = await answer.json() as { data: { id: number } }
  return data.id
}

/**
 * Killed between writing a call down and sending it, nobody can know that it was never sent: a person is asked, and nothing is sent twice. An
 * order for a throw-away user needs one for its build at most.
 */
function isRightCreate(mode: Mode, { operation: { state }, server, remote, effects }: Ended): boolean {
  const { 'server.created': servers = 0, 'server.build-queued': builds = 0 } = effects
  if (state === 'succeeded') return servers === 1 && builds === 1 && server.lifecycle === 'active' && remote !== null
  return state === 'needs_attention' && builds === 0 && (mode === 'direct' ? servers <= 1 : servers === 1)
}

/** After its lost answer an order goes the way of the others, at which those are killed. */
export const CREATES: readonly Kind[] = [
  create('direct', { name: 'create', loss: null }),
  create('escrow', { name: 'create for a throw-away user', loss: null }),
  create('direct', { name: 'create whose answer was lost', loss: { afterEffect: true }, steps: ['send', 'settle'] }),
  create('escrow', { name: 'create for a throw-away user whose answer was lost', loss: { afterEffect: true }, steps: ['send', 'settle'] }),
  create('escrow', { name: 'create for a throw-away user that was lost on the way', loss: { afterEffect: false }, steps: ['send', 'settle', 'fence'] }),
]
