import { canResolve } from '#shared/lifecycle/operations.ts'
import type { OperationDetail, ResolveOperation } from '#shared/schemas/operations.ts'
import type { Call } from '../../context.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { isClean } from '../../engine/create/find-candidates.ts'
import { lookForServer } from '../../engine/create/look-for-server.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import { remember } from '../../engine/decide-transition.ts'
import { openPanel, type EnginePanel } from '../../engine/panel-port.ts'
import { forgetSend } from '../../engine/plan-retry.ts'
import { memoryOf } from '../../engine/run.ts'
import { boundTo } from '../../engine/steps/create/bound-to.ts'
import { AppError, conflict, invalidField } from '../../errors.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { changeOperation } from './change-operation.ts'
import { getOperation } from './get-operation.ts'
import { loadOperation, readFacts, type LoadedOperation } from './load-operation.ts'

/** A person waits for the answer in the browser. */
const READ_OPTIONS = { timeoutMs: 8_000, retries: 0 }

/**
 * A person's way out of a create whose effect nobody knows. Adopting and trying again look at the panel first, and are refused where
 * they would bind a wrong server or make a second one. Every decision is audited with its reason.
 * @throws AppError not_found, conflict, invalid_input for `virtfusionServerId`, panel_unavailable
 */
export async function resolveOperation(call: Call, id: string, { decision, virtfusionServerId, reason }: ResolveOperation): Promise<OperationDetail> {
  const operation = await loadOperation(call.db, id)
  if (!canResolve(await readFacts(call.db, operation))) throw conflict('There is nothing to decide about this operation.', 'operation_state_conflict')
  if (decision === 'adopt' && virtfusionServerId !== undefined) await adopt(call, operation, virtfusionServerId, reason)
  if (decision === 'retry') await release(call, operation, reason)
  if (decision === 'abandon') await abandon(call, operation, reason)
  return getOperation(call, id)
}

async function adopt(call: Call, operation: LoadedOperation, virtfusionServerId: number, reason: string): Promise<void> {
  const { ownerId } = readCreateMemory(operation)
  if (ownerId === undefined) throw conflict('The owner of this order is not known, so nothing can be adopted.', 'owner_unknown')
  const remote = await readCandidate(await openFor(call, operation), virtfusionServerId)
  if (remote.ownerId !== ownerId) throw invalidField('virtfusionServerId', `This server belongs to the panel's user ${remote.ownerId ?? 'unknown'}, not to ${ownerId}.`)
  if ((await engineOf(call).store.findBound([virtfusionServerId], operation.serverId)).size > 0) throw conflict('This server already belongs to another one of Berth.', 'already_bound')

  try {
    await changeOperation(call, operation, {
      state: 'queued', step: 'install', freesOwner: true, isFresh: true,
      memory: remember(memoryOf(operation), { candidates: null, isFresh: remote.commissionStatus === 0 && remote.built === null }) as Prisma.InputJsonObject,
      event: { code: 'adopted_by_person', params: { virtfusionServerId, reason } },
      audit: { action: 'operation.resolved', after: { decision: 'adopt', virtfusionServerId, virtfusionUuid: remote.uuid, reason } },
      writes: [boundTo({ now: call.now, server: operation.server }, remote, ownerId)],
    })
  }
  catch (error) {
    if (error instanceof AppError && error.reason === 'operation_active') throw conflict('This server already belongs to another one of Berth.', 'already_bound')
    throw error
  }
}

async function readCandidate(panel: EnginePanel, id: number): Promise<VirtFusionServer> {
  const answer = await panel.getServer(id)
  if (answer.ok) return answer.value
  if (classifyFailure(answer.error) === 'absent') throw invalidField('virtfusionServerId', `The panel has no server ${id}.`)
  throw new AppError('panel_unavailable', 'The panel could not be asked about this server, so nothing was changed.', { diagnosis: answer.diagnosis })
}

/** It never happened: a new attempt from the frozen order. Refused while a server stands there that looks exactly like the ordered one. */
async function release(call: Call, operation: LoadedOperation, reason: string): Promise<void> {
  const look = await lookForServer(engineOf(call).store, await openFor(call, operation), readCreateMemory(operation), { serverId: operation.serverId })
  if (look.type === 'failed' || look.type === 'unauthorized') {
    throw new AppError('panel_unavailable', 'The panel could not be asked whether the server exists by now, so nothing was sent again.', { reason: 'panel_unavailable' })
  }
  const clean = look.type === 'complete' ? look.candidates.find(isClean) : undefined
  if (clean) throw conflict(`The panel has a new server, number ${clean.id}, that is exactly what was ordered. Adopt it instead.`, 'candidate_exists')
  await changeOperation(call, operation, {
    state: 'queued', step: 'prepare', freesOwner: true, isFresh: true, memory: forgetSend(memoryOf(operation)) as Prisma.InputJsonObject,
    event: { code: 'released_by_person', params: { reason } }, audit: { action: 'operation.resolved', after: { decision: 'retry', reason } },
  })
}

async function abandon(call: Call, operation: LoadedOperation, reason: string): Promise<void> {
  await changeOperation(call, operation, {
    state: 'cancelled', event: { code: 'abandoned_by_person', params: { reason } }, audit: { action: 'operation.resolved', after: { decision: 'abandon', reason } },
    writes: [{ type: 'server', onlyIn: ['provisioning'], patch: { lifecycle: 'failed' } }],
  })
}

async function openFor(call: Call, operation: LoadedOperation): Promise<EnginePanel> {
  const client = await call.panel.client()
  if (!client) throw new AppError('panel_unavailable', 'No panel is connected, so it can\'t be asked.', { diagnosis: { code: 'panel_unconfigured', params: {}, setting: 'VIRTFUSION_API_URL' } })
  return openPanel(client, { engine: engineOf(call), operationId: operation.id, serverId: operation.serverId, attempt: operation.attempt + 1, requestId: call.requestId, options: READ_OPTIONS })
}
