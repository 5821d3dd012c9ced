import type { Db } from '../../context.ts'
import type { ProbeState } from '../../engine/escrow-probe/probe-state.ts'
import { loadProbe, lock } from '../../engine/escrow-probe/probe-store.ts'
import { conflict } from '../../errors.ts'

/** The run that has left something at the panel, held until the transaction ends. @throws AppError conflict where none has, or it is still under way */
export async function takeLeftovers(tx: Db): Promise<ProbeState> {
  await lock(tx)
  const run = await loadProbe(tx)
  if (run?.state === 'running') throw conflict('A check is under way. It removes what it makes.', 'probe_running')
  if (!run || run.made.length === 0) throw conflict('Nothing was left behind.', 'nothing_left')
  return run
}
