import { canResolve } from '#shared/lifecycle/operations.ts'
import type { ResolveOperation } from '#shared/schemas/operations.ts'
import type { AcceptedDecision } from '#shared/schemas/servers.ts'
import type { Call, Db } from '../../context.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { knownBefore } from '../../engine/create/baseline.ts'
import { readCreateMemory, type CreateMemory } from '../../engine/create/memory.ts'
import { abandonment, adoption, release } from '../../engine/create/resolution.ts'
import { remember } from '../../engine/decide-transition.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import { readSafeMode } from '../../engine/identity/read-safe-mode.ts'
import type { EnginePanel } from '../../engine/panel-port.ts'
import { memoryOf } from '../../engine/run.ts'
import { AppError, conflict, invalidField } from '../../errors.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { notAsked } from '../panel/not-asked.ts'
import { closeEscrow } from './close-escrow.ts'
import { changeOperation } from './change-operation.ts'
import { decideOnce } from './decide-once.ts'
import { findHolders } from './find-holders.ts'
import { judgeAdoption, judgeSecondTry } from './judge-decision.ts'
import { isFromBefore, loadOperation, readFacts, type LoadedOperation } from './load-operation.ts'
import { lookAtOwner } from './look-at-owner.ts'
import { judgeHandedOver, lookFromBefore, readsAsUnsent } from './look-from-before.ts'
import { openPanelFor } from './open-panel-for.ts'
import { refuseSecondTry, requireNothingSince } from './require-nothing-since.ts'

/** Diagnoses of an answer that named a server: it was made, whatever else is wrong with it. */
const ANSWERED = new Set(['create_foreign_answer', 'create_other_answer', 'create_already_bound'])

/** How each decision stands in the timeline. */
const EVENTS = { adopt: 'adopted_by_person', retry: 'released_by_person', abandon: 'abandoned_by_person' } as const satisfies Record<ResolveOperation['decision'], string>

/**
 * A person's way out of a create whose effect nobody knows. Adopting and trying again look at the panel first, and are refused where
 * they would bind a wrong server or make a second one, and in safe mode, when nothing that the panel says is believed. Every decision is
 * audited with its reason. The same key again answers as the first time.
 * @throws AppError not_found, conflict, invalid_input for `virtfusionServerId`, panel_unavailable
 */
export function resolveOperation(call: Call, id: string, input: ResolveOperation, idempotencyKey: string | null = null): Promise<AcceptedDecision> {
  const { decision, virtfusionServerId } = input
  const asked = { operationId: id, idempotencyKey, codes: [EVENTS[decision]], ...(decision === 'adopt' && virtfusionServerId !== undefined ? { params: { virtfusionServerId } } : {}) }
  return decideOnce(call, asked, () => resolve(call, id, input, idempotencyKey))
}

async function resolve(call: Call, id: string, { decision, virtfusionServerId, reason }: ResolveOperation, idempotencyKey: string | null): Promise<void> {
  const operation = await loadOperation(call.db, id)
  if (!canResolve(await readFacts(call.db, operation))) throw conflict('There is nothing to decide about this operation.', 'operation_state_conflict')
  if (decision !== 'abandon') await requireTrust(call.db)
  if (decision === 'adopt' && virtfusionServerId !== undefined) await adopt(call, operation, virtfusionServerId, { reason, idempotencyKey })
  if (decision === 'retry') await sendAnew(call, operation, { reason, idempotencyKey })
  if (decision === 'abandon') await abandon(call, operation, { reason, idempotencyKey })
}

interface Asked { reason: string, idempotencyKey: string | null }

/** What the adoption of a server is measured by, and kept in the order's memory with it. */
interface Wanted { ownerId: number, memory: CreateMemory, stored: Prisma.JsonObject }

async function adopt(call: Call, operation: LoadedOperation, virtfusionServerId: number, asked: Asked): Promise<void> {
  if (readsAsUnsent(operation)) return adoptFromBefore(call, operation, virtfusionServerId, asked)
  const memory = readCreateMemory(operation)
  const { ownerId, sentAt, settleSince } = memory
  if (sentAt === undefined && memory.firstFenced) throw conflict('What came of the earlier request belongs to another user of the panel, so it can\'t be adopted for this order. Abandon the order, and adopt the server under Orphans.', 'other_owner')
  if (ownerId === undefined || (sentAt ?? settleSince) === undefined) throw conflict('Nothing was sent to the panel for this order yet, so there is nothing to adopt.', 'nothing_sent')
  await bind(call, operation, virtfusionServerId, { ...asked, panel: await openPanelFor(call, operation), wanted: { ownerId, memory, stored: memoryOf(operation) } })
}

/** Nothing is known of a sending: only what was made for its owner since the order was asked for can be its server. It has its owner already. */
async function adoptFromBefore(call: Call, operation: LoadedOperation, virtfusionServerId: number, asked: Asked): Promise<void> {
  const panel = await openPanelFor(call, operation)
  const { ownerId, servers, failure } = await lookFromBefore(call, panel, operation)
  if (servers === null && failure) throw notAsked('the owner\'s servers', failure)
  const found = servers?.find((server) => server.virtfusionServerId === virtfusionServerId)
  if (ownerId === null || !found) throw invalidField('virtfusionServerId', `The owner of this order has no server ${virtfusionServerId} at the panel.`)
  if (!found.isNew) throw invalidField('virtfusionServerId', `Number ${virtfusionServerId} is older than this order, so it can't be the ordered one.`)
  const stored = remember(memoryOf(operation), { ownerId, escrow: null, baseline: null, baselineMarks: null })
  await bind(call, operation, virtfusionServerId, { ...asked, panel, wanted: { ownerId, memory: readCreateMemory({ memory: stored }), stored } })
}

interface Binding extends Asked { panel: EnginePanel, wanted: Wanted }

async function bind(call: Call, operation: LoadedOperation, virtfusionServerId: number, { panel, wanted, reason, idempotencyKey }: Binding): Promise<void> {
  const { ownerId, memory, stored } = wanted
  const remote = await readCandidate(panel, virtfusionServerId)
  await requireCustomersNumber(panel, operation, memory)
  const holder = (await findHolders(call.db, [remote], operation.serverId)).get(remote.id)
  const reference = holder?.reference ?? null
  const refusal = judgeAdoption({
    virtfusionServerId, owner: { expected: ownerId, actual: remote.ownerId }, wasThere: knownBefore(memory)(remote), boundTo: holder?.isBound ? reference : null,
    isNumberHeld: holder?.isBound === false, holder: reference, isReadable: true,
  })
  if (refusal?.reason === 'already_bound' || refusal?.reason === 'number_held') throw conflict(refusal.detail, refusal.reason)
  if (refusal) throw invalidField('virtfusionServerId', refusal.detail)

  try {
    await changeOperation(call, operation, {
      ...adoption({ operation: { memory: stored }, server: operation.server, now: call.now, remote, ownerId, reason }),
      idempotencyKey,
      audit: { action: 'operation.resolved', after: { decision: 'adopt', virtfusionServerId, virtfusionUuid: remote.uuid, reason } },
      // The panel's own answer may have come while somebody was deciding: it is a fact, and stands.
      async also(tx) {
        await requireTrust(tx)
        await requireBound(tx, operation, virtfusionServerId)
      },
    })
  }
  catch (error) {
    if (error instanceof AppError && error.reason === 'operation_active') throw conflict('This server already belongs to another one of Berth.', 'already_bound')
    throw error
  }
}

/** The number that it was sent for may be a stranger's since the panel came back from a backup, and so is what stands there then. */
async function requireCustomersNumber(panel: EnginePanel, { server: { customer } }: LoadedOperation, { order, ownerId, escrow }: CreateMemory): Promise<void> {
  if (escrow || order?.ownerMode !== 'customer') return
  const found = await panel.findUser(customer.virtfusionExtRelationId)
  if (found.ok ? found.value.id === ownerId : classifyFailure(found.error) === 'forbidden') return
  if (!found.ok && classifyFailure(found.error) !== 'absent') throw notAsked('the customer\'s user', found.diagnosis)
  throw conflict(`The panel's user ${ownerId} is not this customer's any more, so its servers may be a stranger's. Abandon this order; if the server is the ordered one after all, give it to the customer's user at the panel and adopt it under Drift and orphans.`, 'other_owner')
}

/** @throws AppError conflict in safe mode */
async function requireTrust(db: Db): Promise<void> {
  if (await readSafeMode(db)) throw conflict('Berth is in safe mode: it may be looking at another panel, or at an older state of it, so what it shows decides nothing. Leave safe mode first; abandoning the order is possible.', 'safe_mode')
}

/** @throws AppError conflict when the order's row stands for another server by now */
async function requireBound(tx: Db, { serverId }: LoadedOperation, virtfusionServerId: number): Promise<void> {
  const row = await tx.server.findUnique({ where: { id: serverId }, select: { virtfusionServerId: true } })
  if (row?.virtfusionServerId !== virtfusionServerId) throw conflict('This order got its server a moment ago. Look at it again.', 'operation_changed')
}

async function readCandidate(panel: EnginePanel, id: number): Promise<VirtFusionServer> {
  const answer = await panel.getServer(id)
  if (answer.ok) return answer.value
  if (classifyFailure(answer.error) === 'absent') throw invalidField('virtfusionServerId', `The panel has no server ${id}.`)
  throw notAsked('this server', answer.diagnosis)
}

/** It never happened: a new attempt from the frozen order. Refused while something at the panel may be the server after all, and while the panel can't tell. */
async function sendAnew(call: Call, operation: LoadedOperation, { reason, idempotencyKey }: Asked): Promise<void> {
  const { sentAt, escrow } = readCreateMemory(operation)
  if (readsAsUnsent(operation)) await requireNothingSince(call, operation, ({ refusal }) => refusal)
  else if (escrow && isFromBefore(operation)) await requireNothingSince(call, operation, judgeHandedOver)
  if (sentAt !== undefined) await requireNothingMade(call, operation, escrow !== undefined)
  await changeOperation(call, operation, { ...release(operation, reason), idempotencyKey, audit: { action: 'operation.resolved', after: { decision: 'retry', reason } }, also: requireTrust })
}

async function requireNothingMade(call: Call, operation: LoadedOperation, isInEscrow: boolean): Promise<void> {
  const panel = await openPanelFor(call, operation)
  const answered = readAnswered(operation)
  if (answered !== null) await requireGone(panel, answered)
  // The fence looks itself, for longer, and adopts what it finds.
  if (isInEscrow) return
  const look = await lookAtOwner(call, panel, operation)
  refuseSecondTry(judgeSecondTry(look.servers), look)
}

/** The number of the server that the panel's answer named, where that answer could not be taken as it was. */
function readAnswered(operation: LoadedOperation): number | null {
  const diagnosis = readDiagnosis(operation.diagnosis)
  const number = diagnosis && ANSWERED.has(diagnosis.code) ? diagnosis.params['virtfusionServerId'] : null
  return typeof number === 'number' ? number : null
}

async function requireGone(panel: EnginePanel, virtfusionServerId: number): Promise<void> {
  const answer = await panel.getServer(virtfusionServerId)
  if (answer.ok) throw conflict(`The panel answered this order with server ${virtfusionServerId}, and it is still there. Another one would be a second server.`, 'answered_server_exists')
  if (classifyFailure(answer.error) !== 'absent') throw new AppError('panel_unavailable', 'The panel could not be asked about the server that its answer named, so nothing was sent again.', { diagnosis: answer.diagnosis })
}

async function abandon(call: Call, operation: LoadedOperation, { reason, idempotencyKey }: Asked): Promise<void> {
  await changeOperation(call, operation, { ...abandonment(reason), idempotencyKey, audit: { action: 'operation.resolved', after: { decision: 'abandon', reason } } })
  await closeEscrow(call, operation)
}
