import { readChangeMemory, type ChangeMemory, unknownLimit } from '../../change-memory.ts'
import { classifyFailure } from '../../classify-failure.ts'
import { readBuildState } from '../../decide-install.ts'
import { decidePower, isAlreadySo, type PowerKind } from '../../decide-power.ts'
import { concluded, quote } from '../../diagnosis.ts'
import { readPower } from '../../observation.ts'
import { done, fail, next, retry, wait, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import type { Run, Step, Steps } from '../../run.ts'
import { goSend, sendChange } from '../../send-change.ts'
import { expire, hasExpired, sayUnknown } from './expiry.ts'

const LIMIT_MS = 2 * 60_000
/** A guest is asked politely and may take its time. */
const GRACEFUL_LIMIT_MS = 5 * 60_000
const UNKNOWN_LIMIT_MS = 10_000

const POWER_KINDS = ['boot', 'shutdown', 'restart', 'poweroff'] as const

function kindOf({ operation }: Pick<Run, 'operation'>): PowerKind {
  const kind = POWER_KINDS.find((name) => name === operation.kind)
  if (!kind) throw new Error(`${operation.kind} is no power action`)
  return kind
}

const check: Step = async (run) => {
  if (hasExpired(run.operation, run.now())) return expire(run)
  const read = await readBoundServer(run, { remoteState: true })
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind') return goSend(run, { isBlind: true })
  if (readBuildState(read.remote) === 'unbuilt') return fail(concluded('server_not_built'))
  if (isAlreadySo(kindOf(run), readPower(read.remote))) return done({ event: { code: 'already_so' } })
  return goSend(run, { isBlind: null })
}

const send: Step = (run) => sendChange(run, (id) => run.panel.power(id, kindOf(run)), {
  learn: ({ queueId }) => ({ queueId }),
  onAbsent: () => next('check'),
})

/** Follows the panel's task where it can be read, then the server's live state. */
const verify: Step = async (run) => {
  const { engine, operation } = run
  const memory = readChangeMemory(operation)
  const task = await readTask(run, memory)
  if (typeof task === 'object') return task
  const elapsedMs = run.now().getTime() - Date.parse(memory.verifySince ?? operation.createdAt.toISOString())
  const kind = kindOf(run)
  const limitMs = memory.isUnknown ? unknownLimit(engine, UNKNOWN_LIMIT_MS) : kind === 'shutdown' || kind === 'restart' ? GRACEFUL_LIMIT_MS : LIMIT_MS
  const lookAgain = () => wait(elapsedMs < 30_000 ? 1_000 : 3_000, undefined, { learnt: { looks: memory.looks + 1 } })
  if (task === 'running' && elapsedMs < limitMs) return lookAgain()

  const read = await readBoundServer(run, { remoteState: true })
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind') return memory.isUnknown ? sayUnknown() : done({ event: { code: 'succeeded_unconfirmed' }, diagnosis: concluded('accepted_unconfirmed') })
  switch (decidePower({ kind, power: readPower(read.remote), task, isUnknown: memory.isUnknown, elapsedMs, limitMs })) {
    case 'done': return done()
    case 'look-again': return lookAgain()
    case 'send-again': return hasExpired(operation, run.now()) ? sayUnknown() : retry(concluded('call_outcome_unknown'), { step: 'check', learnt: { isUnknown: null } })
    case 'say-unknown': return sayUnknown()
    case 'limit': return fail(concluded('verify_limit', { seconds: Math.round(elapsedMs / 1000) }))
  }
}

/** How the panel's task stands; one that can't be read leaves the word to the server itself. */
async function readTask({ panel, server }: Run, { queueId, isUnknown }: ChangeMemory): Promise<'running' | 'finished' | 'none' | Outcome> {
  if (queueId === undefined || isUnknown) return 'none'
  const item = await panel.getQueueItem(queueId)
  if (!item.ok) {
    const failure = classifyFailure(item.error)
    return failure === 'unavailable' ? wait('backoff', item.diagnosis) : 'none'
  }
  // A number that the panel has given to another server's task says nothing about ours.
  if (item.value.serverId !== null && item.value.serverId !== server.virtfusionServerId) return 'none'
  if (item.value.finished === null) return 'running'
  return item.value.failed === true ? fail(concluded('power_task_failed', { message: quote(item.value.errorMessage ?? 'no reason given', 300) })) : 'finished'
}

export const powerSteps: Steps = { check, send, verify }
