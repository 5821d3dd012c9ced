import type { Call } from '../../context.ts'
import { callPanel, type CallScope, type PanelAnswer } from '../../engine/call-panel.ts'
import { engineOf } from '../../engine/engine-of.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import { redactJson, scrubText } from '../../virtfusion/redact.ts'
import type { VirtFusionQueueItem } from '../../virtfusion/schemas/queue.ts'
import { taskFailedProblem } from './password-problems.ts'

/** Some fifteen seconds: somebody stands in front of an open dialog. */
const LOOKS = 10
const LOOK_AGAIN_MS = 1_500

interface PasswordTask { queueId: number, remoteId: number, password: string }

/**
 * Whether the panel said that the password is in force; false while it has not, or can't be asked. @throws AppError panel_refused when its
 * task failed, since then the password opens nothing
 */
export async function followPasswordTask(call: Call, scope: CallScope, client: VirtFusionClient, task: PasswordTask): Promise<boolean> {
  const { clock, stopping } = engineOf(call)
  for (let look = 1; look <= LOOKS && !stopping.aborted; look++) {
    if (look > 1) await clock.sleep(LOOK_AGAIN_MS)
    const answer = await readTask({ ...scope, attempt: look }, client, task)
    if (!answer.ok) return false
    const { serverId, finished, failed, errorMessage } = answer.value
    // A number that the panel has given to another server's task says nothing about ours.
    if (serverId !== null && serverId !== task.remoteId) return false
    if (finished === null) continue
    if (failed === true) throw taskFailedProblem(call, scrubText(errorMessage ?? 'no reason given', [task.password]).slice(0, 300))
    return true
  }
  return false
}

/** A task that failed may quote the command it ran, with the password in it: that is struck before the call's row is written. */
function readTask(scope: CallScope, { queue }: VirtFusionClient, { queueId, password }: PasswordTask): Promise<PanelAnswer<VirtFusionQueueItem>> {
  return callPanel(scope, {
    describe: () => queue.get.request(queueId),
    send: (options) => queue.get(queueId, {
      ...options,
      onExchange: (exchange) => options.onExchange?.({ ...exchange, responseBody: exchange.responseBody === null ? null : redactJson(exchange.responseBody, [password]) }),
    }),
  })
}
