import type { Call } from '../../context.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import { decideChange } from '../../engine/decide-change.ts'
import { SafeModeError, TooLateError } from '../../engine/ports.ts'
import { AppError } from '../../errors.ts'
import type { LoadedOperation } from './load-operation.ts'
import { openPanelFor } from './open-panel-for.ts'

/**
 * Takes the throw-away user of an order that is given up away, so that nothing of it can arrive any more. Where that does not work now, the
 * order is given up all the same: what still comes of it stands among the orphans, with the order's name.
 */
export async function closeEscrow(call: Call, operation: LoadedOperation): Promise<void> {
  const { escrow } = readCreateMemory(operation)
  if (!escrow || operation.server.virtfusionServerId !== null) return
  try {
    const panel = await openPanelFor(call, operation)
    const change = decideChange(await panel.deleteUserByRelation(escrow.relation))
    if (change === 'accepted' || change === 'absent') await call.db.escrowUser.updateMany({ where: { relation: escrow.relation, goneAt: null }, data: { goneAt: call.now() } })
  }
  catch (error) {
    if (!(error instanceof SafeModeError || error instanceof TooLateError || error instanceof AppError)) throw error
    call.log.warn({ operationId: operation.id, code: error instanceof AppError ? error.reason : error.name }, 'the throw-away user of an abandoned order stays')
  }
}
