import type { Call } from '../../context.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import type { EnginePanel } from '../../engine/panel-port.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { judgeSecondTry, type Refusal } from './judge-decision.ts'
import { isFromBefore, type LoadedOperation } from './load-operation.ts'
import { lookAtOwner, type OwnerLook } from './look-at-owner.ts'

/** `ownerId`: whose servers these are, null where the panel has no such user or nobody can tell. `refusal`: why the order must not be sent. */
export interface BeforeLook extends OwnerLook { ownerId: number | null, refusal: Refusal | null }

/** An order that reads as never sent in such a database: it may have been sent all the same, and its server be there. */
export function readsAsUnsent(operation: LoadedOperation): boolean {
  if (operation.kind !== 'create' || !isFromBefore(operation)) return false
  const { sentAt, settleSince } = readCreateMemory(operation)
  return sentAt === undefined && settleSince === undefined
}

/**
 * The look at whose the server of such an order is to be: what was made there since the order was asked for, and is nobody's, may be it. Where
 * the token may not tell, nothing speaks against another try but the person's own knowledge; a panel that does not answer now does.
 */
export async function lookFromBefore(call: Call, panel: EnginePanel, operation: LoadedOperation): Promise<BeforeLook> {
  const readAt = call.now()
  const unseen = (failure: DiagnosisRecord | null): OwnerLook => ({ readAt, servers: null, expected: null, failure, isForbidden: false })
  const owner = await findOwner(panel, operation)
  if (owner.type === 'nobody') return { ...unseen(null), servers: [], ownerId: null, refusal: null }
  if (owner.type === 'unknown') return { ...unseen(owner.failure), ownerId: null, refusal: owner.isForbidden ? null : judgeSecondTry(null) }
  const { ownerId } = owner
  const look = await lookAtOwner(call, panel, operation, { ownerId })
  return { ...look, ownerId, refusal: look.isForbidden ? null : judgeSecondTry(look.servers) }
}

/** What a throw-away user had may have been handed over since: the fence would not find it there, and nothing of it can be adopted as that user's. */
export function judgeHandedOver(look: BeforeLook): Refusal | null {
  return judgeUnclaimed(look, 'One of them may be this order, handed over already. Abandon this order, and adopt that server under Drift and orphans.')
}

/** What a failed order's customer has may be what came of another try of it that Berth has forgotten. */
export function judgeTriedSince(look: BeforeLook): Refusal | null {
  return judgeUnclaimed(look, 'Data was put back since this order failed, so one of them may be its server: then adopt it under Drift and orphans. If none is, order anew.')
}

function judgeUnclaimed({ servers, refusal }: BeforeLook, wayOn: string): Refusal | null {
  const numbers = (servers ?? []).filter(({ isNew, boundTo }) => isNew && boundTo === null).map(({ virtfusionServerId }) => virtfusionServerId)
  if (numbers.length === 0) return refusal
  return { reason: 'candidate_exists', detail: `Whom the server is for has new ones that belong to nobody in Berth: number ${numbers.join(', ')}. ${wayOn}` }
}

type Owner = { type: 'known', ownerId: number } | { type: 'nobody' } | { type: 'unknown', failure: DiagnosisRecord, isForbidden: boolean }

/** As the engine finds whom an order is for, but nobody is made here. A customer who has no user at the panel has no server there either. */
async function findOwner(panel: EnginePanel, operation: LoadedOperation): Promise<Owner> {
  const { order } = readCreateMemory(operation)
  const { virtfusionUserId, virtfusionExtRelationId } = operation.server.customer
  if (order?.ownerMode === 'plan') return { type: 'known', ownerId: order.features.virtfusion_user_id }
  if (virtfusionUserId !== null) return { type: 'known', ownerId: virtfusionUserId }
  const found = await panel.findUser(virtfusionExtRelationId)
  if (found.ok) return { type: 'known', ownerId: found.value.id }
  const failure = classifyFailure(found.error)
  return failure === 'absent' ? { type: 'nobody' } : { type: 'unknown', failure: found.diagnosis, isForbidden: failure === 'forbidden' }
}
