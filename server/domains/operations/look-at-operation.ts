import { canResolve } from '#shared/lifecycle/operations.ts'
import type { OperationLook } from '#shared/schemas/operations.ts'
import type { Call } from '../../context.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import { conflict } from '../../errors.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import type { EnginePanel } from '../../engine/panel-port.ts'
import { judgeSecondTry } from './judge-decision.ts'
import { isFromBefore, loadOperation, readFacts, type LoadedOperation } from './load-operation.ts'
import { judgeHandedOver, lookFromBefore, readsAsUnsent } from './look-from-before.ts'
import { lookAtOwner, type OwnerLook } from './look-at-owner.ts'
import { openPanelFor } from './open-panel-for.ts'

/**
 * Looks at the panel for an order that a person has to decide on. A panel that does not answer is an answer too: the diagnosis says so.
 * @throws AppError not_found, conflict where there is nothing to look for, panel_unavailable when none is connected
 */
export async function lookAtOperation(call: Call, id: string): Promise<OperationLook> {
  const operation = await loadOperation(call.db, id)
  if (!canResolve(await readFacts(call.db, operation))) throw conflict('There is nothing to decide about this operation.', 'operation_state_conflict')
  if (readsAsUnsent(operation)) return showFromBefore(call, operation)
  const { ownerId, escrow } = readCreateMemory(operation)
  if (ownerId === undefined) throw conflict('No owner at the panel is known for this order yet, so there is nothing to look at.', 'owner_unknown')
  const panel = await openPanelFor(call, operation)
  const look = await lookAtOwner(call, panel, operation)
  return show(look, escrow ? await judgeEscrow(call, panel, operation) : judgeSecondTry(look.servers)?.detail ?? null)
}

/** What was sent for a user of its own the fence looks for itself, however little shows now; but not for what was handed over before a backup was put back. */
async function judgeEscrow(call: Call, panel: EnginePanel, operation: LoadedOperation): Promise<string | null> {
  return isFromBefore(operation) ? judgeHandedOver(await lookFromBefore(call, panel, operation))?.detail ?? null : null
}

async function showFromBefore(call: Call, operation: LoadedOperation): Promise<OperationLook> {
  const look = await lookFromBefore(call, await openPanelFor(call, operation), operation)
  return show(look, look.refusal?.detail ?? null)
}

function show({ readAt, servers, expected, failure }: OwnerLook, retryRefusal: string | null): OperationLook {
  return { now: servers && { readAt: readAt.toISOString(), servers }, expected, diagnosis: failure && describeDiagnosis(failure), retryRefusal }
}
