import type { z } from 'zod'
import type { EscrowSchema } from '#shared/schemas/escrow.ts'
import type { Call } from '../../context.ts'
import { enqueue } from '../../engine/queue.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { requirePanel } from '../panel/require-panel.ts'
import { getEscrow } from './get-escrow.ts'
import { takeLeftovers } from './take-leftovers.ts'

/** Has a worker remove what a check has left at the panel. @throws AppError conflict, panel_unavailable */
export async function beginCleanUp(call: Call): Promise<z.input<typeof EscrowSchema>> {
  await requirePanel(call)
  await call.db.$transaction(async (tx) => {
    const run = await takeLeftovers(tx)
    await enqueue(tx, 'escrow.probe', { runId: run.id, task: 'clean-up' }, { key: 'escrow-probe' })
    await recordAudit(tx, call, { action: 'escrow_probe.cleaned_up', entity: 'settings', entityId: 'escrow', entityName: 'Throw-away users', after: { runId: run.id, count: run.made.length } })
  })
  return getEscrow(call)
}
