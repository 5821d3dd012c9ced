import { isHarmful } from '#shared/lifecycle/harm.ts'
import { pauseScope } from './decide-panel-health.ts'
import { concluded } from './diagnosis.ts'
import { wait, type Outcome } from './outcome.ts'
import type { Store } from './ports.ts'
import type { Run } from './run.ts'

const LOOK_AGAIN_MS = 15_000

type Gated = Pick<Run, 'gate' | 'operation' | 'server' | 'isResumed'>

/**
 * What stands before a step: in safe mode everything waits, for nothing that the panel says is believed; so does all that a refused token
 * concerns; what does harm goes through the breaker on mass harm first, whoever asked for it. Null when the way is free.
 */
export async function findHold(store: Pick<Store, 'mayProbe' | 'spendHarm'>, run: Gated): Promise<Outcome | null> {
  const { gate: { safeMode }, operation } = run
  if (safeMode) return wait(LOOK_AGAIN_MS, safeMode)
  // An order asks by itself once it has its owner: one that only waits for another order must not use up the try.
  const paused = operation.step === 'intend' ? null : await findPause(store, run)
  if (paused) return paused
  // Only what is about to be sent takes a place: a turn that begins here reads again first, and comes back.
  if (operation.step === 'send' && !run.isResumed && isHarmful(operation.kind) && await store.spendHarm(operation) === 'hold') return wait(LOOK_AGAIN_MS, concluded('mass_harm_stopped'), { step: 'check' })
  return null
}

/** While the panel refuses the token, work waits instead of failing, and now and then one operation tries whether that has ended. Null when this one may call. */
export async function findPause(store: Pick<Store, 'mayProbe'>, { gate: { pause }, operation, server }: Omit<Gated, 'isResumed'>): Promise<Outcome | null> {
  if (!pause) return null
  const concerns = pauseScope(pause.diagnosis) === 'everything' || (operation.kind === 'create' && server.virtfusionServerId === null)
  return concerns && !await store.mayProbe() ? wait(LOOK_AGAIN_MS, concluded('panel_paused')) : null
}
