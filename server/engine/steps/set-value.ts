import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import type { PanelAnswer } from '../call-panel.ts'
import { readChangeMemory, unknownLimit } from '../change-memory.ts'
import { decideVerify } from '../decide-verify.ts'
import { concluded } from '../diagnosis.ts'
import { attention, done, fail, retry, wait, type Outcome } from '../outcome.ts'
import { readBoundServer, vanished, type ReadOptions } from '../read-bound-server.ts'
import type { Run, Steps } from '../run.ts'
import { goSend, sendChange } from '../send-change.ts'
import type { ServerPatch } from '../writes.ts'

const UNKNOWN_LIMIT_MS = 5_000

/** One thing of a server that the panel is to have as we have it. */
interface Value {
  isSo(run: Run, remote: VirtFusionServer): boolean
  send(run: Run, virtfusionServerId: number): Promise<PanelAnswer<unknown>>
  /** The panel answered that something is not there, though the server was read a moment before. */
  onAbsent(run: Run): Outcome
  /** What our row says once the panel shows it. */
  patch(run: Run): ServerPatch
  read?(run: Run): ReadOptions
  /** Why it must not be done now, whatever the panel shows; null when nothing stands against it. */
  findObstacle?(run: Run): Outcome | null | Promise<Outcome | null>
  /** Sent also where the token may not read servers: it does no harm to whatever stands there. */
  isHarmless?: boolean
}

/**
 * The steps that carry one value of ours to the panel: never without a read before, unless it is harmless, and done once a read shows it.
 * Setting the same again does no harm, so a lost answer is settled by reading and, if need be, sending again.
 */
export function setValue(value: Value): Steps {
  const read = (run: Run) => readBoundServer(run, value.read?.(run) ?? {})
  const reached = (run: Run, code: 'already_so' | 'succeeded' | 'succeeded_unconfirmed'): Outcome => done({ event: { code }, writes: [{ type: 'server', patch: value.patch(run) }] })
  return {
    async check(run) {
      const obstacle = await value.findObstacle?.(run)
      if (obstacle) return obstacle
      const answer = await read(run)
      if (answer.type === 'ended') return answer.outcome
      if (answer.type === 'gone') return vanished(run, answer.since)
      if (answer.type === 'blind') return value.isHarmless ? goSend(run, { isBlind: true }) : fail(answer.diagnosis)
      return value.isSo(run, answer.remote) ? reached(run, 'already_so') : goSend(run)
    },
    send: (run) => sendChange(run, (id) => value.send(run, id), { onAbsent: () => value.onAbsent(run) }),
    async verify(run) {
      const { engine, operation } = run
      const memory = readChangeMemory(operation)
      const answer = await read(run)
      if (answer.type === 'ended') return answer.outcome
      if (answer.type === 'gone') return vanished(run, answer.since)
      if (answer.type === 'blind') {
        if (!value.isHarmless) return attention(answer.diagnosis)
        return memory.isUnknown ? sendAgain() : reached(run, 'succeeded_unconfirmed')
      }
      const elapsedMs = run.now().getTime() - Date.parse(memory.verifySince ?? operation.createdAt.toISOString())
      const decision = decideVerify({ isReached: value.isSo(run, answer.remote), looks: memory.looks, elapsedMs, ...(memory.isUnknown ? { limitMs: unknownLimit(engine, UNKNOWN_LIMIT_MS) } : {}) })
      if (decision.type === 'reached') return reached(run, 'succeeded')
      if (decision.type === 'look-again') return wait(decision.ms, undefined, { learnt: { looks: memory.looks + 1 } })
      if (memory.isUnknown) return sendAgain()
      return attention(concluded('verify_limit', { seconds: Math.round(elapsedMs / 1000) }))
    },
  }
}

const sendAgain = () => retry(concluded('call_outcome_unknown'), { step: 'check', learnt: { isUnknown: null } })
