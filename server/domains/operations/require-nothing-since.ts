import type { Call } from '../../context.ts'
import { AppError, conflict } from '../../errors.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import type { Refusal } from './judge-decision.ts'
import type { LoadedOperation } from './load-operation.ts'
import type { OwnerLook } from './look-at-owner.ts'
import { lookFromBefore, type BeforeLook } from './look-from-before.ts'
import { openPanelFor } from './open-panel-for.ts'

/**
 * In a database, or at a panel, that was put back, an order's server may have been made, or handed over, since: what whom it is for has now
 * decides, by `judge`. @throws AppError conflict, or panel_unavailable where the servers could not be read
 */
export async function requireNothingSince(call: Call, operation: LoadedOperation, judge: (look: BeforeLook) => Refusal | null): Promise<void> {
  const look = await lookFromBefore(call, await openPanelFor(call, operation), operation)
  refuseSecondTry(judge(look), look)
}

/** @throws AppError conflict, or panel_unavailable where the servers could not be read */
export function refuseSecondTry(refusal: Refusal | null, { servers, failure }: Pick<OwnerLook, 'servers' | 'failure'>): void {
  if (!refusal) return
  if (servers !== null) throw conflict(refusal.detail, refusal.reason)
  throw new AppError('panel_unavailable', `${refusal.detail}${failure ? ` ${describeDiagnosis(failure).title}.` : ''}`, { ...(failure ? { diagnosis: failure } : {}) })
}
