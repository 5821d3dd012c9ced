import { readChangeMemory, unknownLimit } from '../../change-memory.ts'
import { decideVerify } from '../../decide-verify.ts'
import { concluded } from '../../diagnosis.ts'
import type { ConfirmedSuspension } from '../../observation.ts'
import { attention, done, next, retry, wait, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import type { Run, Step, Steps } from '../../run.ts'
import { goSend, sendChange } from '../../send-change.ts'

const UNKNOWN_LIMIT_MS = 10_000
/** A late request, or somebody at the panel, may undo it soon after. */
const LOOKS_AFTER_MS = [60_000, 5 * 60_000, 15 * 60_000]

const isWanted = ({ operation }: Pick<Run, 'operation'>) => operation.kind === 'suspend'

/** Reads first: a server that is as wanted needs nothing. */
const check: Step = async (run) => {
  // A suspension that is known already keeps its reason.
  const read = await readBoundServer(run, run.server.suspendedAt ? {} : ours(run))
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind') return goSend(run, { isBlind: true })
  if (read.remote.suspended === isWanted(run)) return reached(run, 'already_so')
  return goSend(run, { isBlind: null })
}

const send: Step = (run) => sendChange(run, (id) => (isWanted(run) ? run.panel.suspend(id) : run.panel.unsuspend(id)), {
  // The read before it still showed the server: look again, twice, before it is called gone.
  onAbsent: () => next('check'),
})

/** Accepted is not done: only a read that shows the wanted state ends it well. A lost answer is settled by the same read. */
const verify: Step = async (run) => {
  const { engine, operation } = run
  const memory = readChangeMemory(operation)
  const read = await readBoundServer(run, ours(run))
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind') return memory.isUnknown ? repeatBlind() : done({ event: { code: 'succeeded_unconfirmed' }, diagnosis: concluded('accepted_unconfirmed') })

  const elapsedMs = run.now().getTime() - Date.parse(memory.verifySince ?? operation.createdAt.toISOString())
  const decision = decideVerify({ isReached: read.remote.suspended === isWanted(run), looks: memory.looks, elapsedMs, ...(memory.isUnknown ? { limitMs: unknownLimit(engine, UNKNOWN_LIMIT_MS) } : {}) })
  if (decision.type === 'reached') return reached(run, 'succeeded')
  if (decision.type === 'look-again') return wait(decision.ms, undefined, { learnt: { looks: memory.looks + 1 } })
  // Setting a state is safe to repeat once a read has shown that it is not there.
  if (memory.isUnknown) return retry(concluded('call_outcome_unknown'), { step: 'check', learnt: { isUnknown: null } })
  return attention(concluded('verify_limit', { seconds: Math.round(elapsedMs / 1000) }))
}

/** Without reads a lost answer can't be settled, but setting the same state again does no harm. */
const repeatBlind = (): Outcome => retry(concluded('call_outcome_unknown'), { step: 'check', learnt: { isUnknown: null } })

/** The read itself has moved what is observed; what was wanted is reached with it. */
function reached(run: Run, code: 'already_so' | 'succeeded'): Outcome {
  return done({
    event: { code },
    writes: [{ type: 'server', patch: { desiredSuspended: isWanted(run) } }, { type: 'look-again', afterMs: LOOKS_AFTER_MS }],
  })
}

/** A suspension that a read shows is the one that was asked for here; while lifting one, it keeps the reason it has. */
function ours({ operation }: Run): { suspension?: ConfirmedSuspension } {
  return isWanted({ operation }) ? { suspension: { reason: reasonOf(operation.input), byId: operation.actorId } } : {}
}

function reasonOf(input: unknown): string | null {
  const reason = typeof input === 'object' && input !== null && 'reason' in input ? input.reason : null
  return typeof reason === 'string' && reason !== '' ? reason : null
}

export const suspensionSteps: Steps = { check, send, verify }
