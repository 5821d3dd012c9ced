import type { z } from 'zod'
import { uuidv7 } from 'uuidv7'
import type { BeginProbe, EscrowSchema } from '#shared/schemas/escrow.ts'
import type { Call } from '../../context.ts'
import { freshPremises, type ProbeState } from '../../engine/escrow-probe/probe-state.ts'
import { loadProbe, lock } from '../../engine/escrow-probe/probe-store.ts'
import { enqueue } from '../../engine/queue.ts'
import { conflict } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { isInSafeMode } from '../identity/enter-safe-mode.ts'
import { requirePanel } from '../panel/require-panel.ts'
import { markConnection } from '../settings/read-create-mode.ts'
import { findOrigin, readVirtfusionSettings } from '../settings/read-virtfusion-settings.ts'
import { overwriteGroup } from '../settings/registry.ts'
import { getEscrow } from './get-escrow.ts'

/**
 * Begins the check of what orders for throw-away users rely on; a worker does it. One at a time, and none while an earlier one has left
 * something behind. @throws AppError conflict, panel_unavailable
 */
export async function beginProbe(call: Call, { packageId, hypervisorGroupId }: BeginProbe): Promise<z.input<typeof EscrowSchema>> {
  if (await isInSafeMode(call.db)) throw conflict('Berth only reads at the moment. Leave safe mode first.', 'safe_mode')
  await requirePanel(call)
  const settings = await readVirtfusionSettings(call)
  const connection = markConnection(settings)
  if (connection === null) throw conflict('No panel is connected.', 'panel_unconfigured')
  await call.db.$transaction(async (tx) => {
    await lock(tx)
    const former = await loadProbe(tx)
    if (former?.state === 'running') throw conflict('A check is under way already.', 'probe_running')
    if (former && former.made.length > 0) throw conflict('The last check has left something at the panel. Remove that first, or say that it is gone.', 'probe_leftovers')
    const run: ProbeState = {
      id: uuidv7(), state: 'running', turn: 0, connection, origin: findOrigin(settings.apiUrl), packageId, hypervisorGroupId, startedAt: call.now().toISOString(), startedById: call.user.id,
      endedAt: null, premises: freshPremises(), made: [],
    }
    await overwriteGroup(tx, 'escrow.probe', { run }, call.user.id)
    await enqueue(tx, 'escrow.probe', { runId: run.id, task: 'check' }, { key: 'escrow-probe' })
    await recordAudit(tx, call, { action: 'escrow_probe.began', entity: 'settings', entityId: 'escrow', entityName: 'Throw-away users', after: { runId: run.id, packageId, hypervisorGroupId } })
  })
  return getEscrow(call)
}
