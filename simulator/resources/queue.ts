import { offsetDate } from '../core/dates.ts'
import type { QueueItem } from '../core/state.ts'
import { ok } from '../http/answers.ts'
import type { Route } from '../http/router.ts'

/** Progress in percent: grows with time and reaches 100 only at the end. */
export function progressOf(item: QueueItem, now: number): number {
  if (item.finished !== null) return 100
  const length = Math.max(1, item.ends - item.started)

  return Math.min(99, Math.max(0, Math.floor((now - item.started) / length * 100)))
}

/** What the first step reports. Internal detail of the panel that clients must not show to customers. */
const STATUS_STEP = {
  version: '{{VERSION}}',
  setOpts: {
    failOnVersionCheck: true, failOnDisasterRecovery: true, createDirStructure: true, writeXMLConfiguration: false, failOnCustomXML: false,
    failOnPriorityXML: false, failOnElevateXML: true,
  },
  actions: { createDirStructure: { requested: true, output: 'nothing to do', msg: null, success: true } },
  statusTree: { disasterRecoveryActive: false, customXML: false, priorityXML: false, elevateXML: false },
}

function queueShape(item: QueueItem, now: number) {
  const progress = progressOf(item, now)
  const done = item.failed ? item.steps.length - 1 : Math.floor(item.steps.length * progress / 100)
  const stepLength = (item.ends - item.started) / Math.max(1, item.steps.length)
  const updated = item.finished ?? now

  return {
    id: item.id,
    jobId: item.jobId,
    job: item.job,
    hypervisorId: item.hypervisorId,
    serverId: item.serverId,
    action: item.action,
    queue: 'default',
    started: offsetDate(item.started),
    updated: offsetDate(updated),
    finished: item.finished === null ? null : offsetDate(item.finished),
    failed: item.failed,
    progress,
    errors: { exception: { stringable: item.message !== null, errors: [], type: null, trace: null, message: item.message } },
    primaryActions: item.steps.slice(0, Math.max(0, done)).map((type, index) => {
      const at = offsetDate(item.started + Math.round(stepLength * (index + 1)))

      return { type, dataType: 'object', data: { success: true, ...(index === 0 && STATUS_STEP) }, created: at, updated: at }
    }),
    subActions: [],
  }
}

export const queueRoutes: Route[] = [
  { method: 'GET', path: '/queue/{id}', handle: call => ok(queueShape(call.find(call.state.queue, 'id', 'queue item'), call.now)) },
]
