import type { Services } from '../context.ts'
import { sendAttempt, type PanelAnswer, type PanelCall } from './call-panel.ts'
import { engineOf } from './engine-of.ts'
import { notePanelAnswer } from './panel-health.ts'

/**
 * A read that belongs to no operation and to no server: it leaves no row of its own, or the log would hold little else. What it says
 * about the panel counts all the same.
 */
export async function callSilently<T>(services: Services, call: PanelCall<T>): Promise<PanelAnswer<T>> {
  const sent = await sendAttempt({ engine: engineOf(services), requestId: null, options: { lane: 'sweep' } }, call)
  await notePanelAnswer(services, sent.answer, call.describe().operation, sent.exchange)
  return sent.answer
}
