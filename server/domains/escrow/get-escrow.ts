import type { z } from 'zod'
import type { EscrowSchema, ProbeRunSchema } from '#shared/schemas/escrow.ts'
import type { Call } from '../../context.ts'
import type { ProbeState } from '../../engine/escrow-probe/probe-state.ts'
import { loadProbe } from '../../engine/escrow-probe/probe-store.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { describeMade, premiseTitles } from '../../messages/en/escrow.ts'
import { findName } from '../people/find-names.ts'
import { markConnection, readCreateMode } from '../settings/read-create-mode.ts'
import { readVirtfusionSettings } from '../settings/read-virtfusion-settings.ts'
import { readGroup } from '../settings/registry.ts'

/** How orders are sent, whether the probe has passed on this connection, and how its last run went. */
export async function getEscrow(call: Call): Promise<z.input<typeof EscrowSchema>> {
  const [mode, { value: { passed } }, connection, run] = await Promise.all([
    readCreateMode(call), readGroup(call.db, 'escrow'), readVirtfusionSettings(call), loadProbe(call.db),
  ])
  const isSame = passed !== null && passed.connection === markConnection(connection)
  return { mode, passedAt: isSame ? passed.at : null, run: run && await describeRun(call, run) }
}

async function describeRun({ db }: Call, run: ProbeState): Promise<z.input<typeof ProbeRunSchema>> {
  const { id, state, packageId, hypervisorGroupId, startedAt, endedAt } = run
  return {
    id, state, packageId, hypervisorGroupId, startedAt, endedAt, startedBy: await findName(db, run.startedById),
    premises: run.premises.map((premise) => ({ ...premise, title: premiseTitles[premise.name], diagnosis: premise.diagnosis && describeDiagnosis(premise.diagnosis) })),
    leftovers: run.state === 'running' ? [] : run.made.map(describeMade),
  }
}
