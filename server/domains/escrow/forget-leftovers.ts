import type { z } from 'zod'
import type { EscrowSchema } from '#shared/schemas/escrow.ts'
import type { Call } from '../../context.ts'
import { withPremise } from '../../engine/escrow-probe/probe-state.ts'
import { describeMade } from '../../messages/en/escrow.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { overwriteGroup } from '../settings/registry.ts'
import { getEscrow } from './get-escrow.ts'
import { takeLeftovers } from './take-leftovers.ts'

/**
 * A person's word that what a check has left is gone, or is taken care of at the panel: Berth can't see that of a panel that it no longer
 * reaches, or of a user that is not found by name. It is looked for no more, also by a clean-up that is under way. @throws AppError conflict
 */
export async function forgetLeftovers(call: Call): Promise<z.input<typeof EscrowSchema>> {
  await call.db.$transaction(async (tx) => {
    const run = await takeLeftovers(tx)
    const forgotten = withPremise({ ...run, turn: run.turn + 1, made: [] }, 'clean_up', { state: 'unclear', diagnosis: null })
    await overwriteGroup(tx, 'escrow.probe', { run: forgotten }, call.user.id)
    await recordAudit(tx, call, {
      action: 'escrow_probe.forgotten', entity: 'settings', entityId: 'escrow', entityName: 'Throw-away users', after: { runId: run.id, leftovers: run.made.map(describeMade) },
    })
    await call.events.publish(tx, { type: 'panel' }, { admins: true })
  })
  return getEscrow(call)
}
