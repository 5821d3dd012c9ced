import { z } from 'zod'
import { readChangeMemory, unknownLimit } from '../../change-memory.ts'
import { decideVerify } from '../../decide-verify.ts'
import { concluded } from '../../diagnosis.ts'
import { attention, done, next, retry, wait, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import type { Run, Step, Steps } from '../../run.ts'
import { goSend, sendChange } from '../../send-change.ts'

const InputSchema = z.object({ name: z.string().min(1) })
const UNKNOWN_LIMIT_MS = 5_000

const nameOf = ({ operation }: Pick<Run, 'operation'>) => InputSchema.parse(operation.input).name

const check: Step = async (run) => {
  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind') return goSend(run, { isBlind: true })
  return read.remote.name === nameOf(run) ? renamed(run, 'already_so') : goSend(run)
}

const send: Step = (run) => sendChange(run, (id) => run.panel.rename(id, nameOf(run)), { onAbsent: () => next('check') })

const verify: Step = async (run) => {
  const { engine, operation } = run
  const memory = readChangeMemory(operation)
  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind') return memory.isUnknown ? retry(concluded('call_outcome_unknown'), { step: 'check', learnt: { isUnknown: null } }) : renamed(run, 'succeeded_unconfirmed')
  const elapsedMs = run.now().getTime() - Date.parse(memory.verifySince ?? operation.createdAt.toISOString())
  const decision = decideVerify({ isReached: read.remote.name === nameOf(run), looks: memory.looks, elapsedMs, ...(memory.isUnknown ? { limitMs: unknownLimit(engine, UNKNOWN_LIMIT_MS) } : {}) })
  if (decision.type === 'reached') return renamed(run, 'succeeded')
  if (decision.type === 'look-again') return wait(decision.ms, undefined, { learnt: { looks: memory.looks + 1 } })
  if (memory.isUnknown) return retry(concluded('call_outcome_unknown'), { step: 'check', learnt: { isUnknown: null } })
  return attention(concluded('verify_limit', { seconds: Math.round(elapsedMs / 1000) }))
}

function renamed(run: Run, code: 'already_so' | 'succeeded' | 'succeeded_unconfirmed'): Outcome {
  return done({
    event: { code },
    writes: [{ type: 'server', patch: { name: nameOf(run) } }],
  })
}

export const renameSteps: Steps = { check, send, verify }
