import type { PanelAnswer } from './call-panel.ts'
import { classifyFailure } from './classify-failure.ts'
import { concluded } from './diagnosis.ts'
import { wait, type Outcome } from './outcome.ts'

const PAUSED_MS = 15_000

/** The panel refuses the token: everything pauses, and is looked at again soon, for somebody may have mended it. */
export const paused = (): Outcome => wait(PAUSED_MS, concluded('panel_paused'))

/** A read that came to nothing for a reason that passes: it says nothing of what was asked. */
export const notNow = ({ error, diagnosis }: Extract<PanelAnswer<unknown>, { ok: false }>): Outcome =>
  classifyFailure(error) === 'unauthorized' ? paused() : wait('backoff', diagnosis)
