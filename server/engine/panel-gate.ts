import { isHarmful } from '#shared/lifecycle/harm.ts'
import type { Operation } from '../generated/prisma/client.ts'
import { pauseScope } from './decide-panel-health.ts'
import { concluded } from './diagnosis.ts'
import { wait, type Outcome } from './outcome.ts'
import type { Gate, Store } from './ports.ts'
import type { Subject } from './run.ts'

const LOOK_AGAIN_MS = 15_000

/**
 * What stands before a step: in safe mode everything waits, for nothing that the panel says is believed; while the panel refuses the
 * token, work waits instead of failing, and now and then one operation tries whether that has ended; what does harm goes through the
 * breaker on mass harm first, whoever asked for it. Null when the way is free.
 */
export async function findHold(store: Pick<Store, 'mayProbe' | 'spendHarm'>, { safeMode, pause }: Gate, operation: Operation, server: Pick<Subject, 'virtfusionServerId'>): Promise<Outcome | null> {
  if (safeMode) return wait(LOOK_AGAIN_MS, safeMode)
  if (pause) {
    const concerns = pauseScope(pause.diagnosis) === 'everything' || (operation.kind === 'create' && server.virtfusionServerId === null)
    if (concerns && !await store.mayProbe()) return wait(LOOK_AGAIN_MS, concluded('panel_paused'))
  }
  // It goes on at the check: what was read before a wait of hours says nothing any more.
  if (operation.step === 'send' && isHarmful(operation.kind) && await store.spendHarm(operation) === 'hold') return wait(LOOK_AGAIN_MS, concluded('mass_harm_stopped'), { step: 'check' })
  return null
}
