import { z } from 'zod'
import { readChangeMemory, unknownLimit } from '../../change-memory.ts'
import { readBuildState } from '../../decide-install.ts'
import { decideProtection } from '../../harm/decide-protection.ts'
import { concluded } from '../../diagnosis.ts'
import { attention, fail, next, wait, type Learnt, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import type { Run, Step, Steps } from '../../run.ts'
import { goSend, sendChange } from '../../send-change.ts'
import { awaitInstall } from '../create/await-install.ts'
import { confirm } from '../create/confirm.ts'

const InputSchema = z.object({ operatingSystemId: z.number().int().positive() })
/** A build whose answer was lost is looked for this long before a person is asked. */
const UNKNOWN_LIMIT_MS = 30_000

const check: Step = async (run) => {
  const memory = readChangeMemory(run.operation)
  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  // Never blind: a build erases the disk of whatever stands under this number.
  if (read.type === 'blind') return fail(read.diagnosis)
  if (decideProtection({ kind: run.operation.kind, isProtected: run.server.isProtected }) === 'refuse') return fail(concluded('server_protected_here'))
  const state = readBuildState(read.remote)
  const built = read.remote.built ?? 'never'
  if (memory.isUnknown) return judgeLostBuild(run, { state, built })
  if ((memory.builtBefore ?? built) !== built) return judgeNewerBuild(run)
  // What is being installed now, once it is there, is newer than the word that lets this one erase.
  if (state === 'building') return wait('backoff', concluded('server_busy'), { learnt: { builtBefore: built } })
  return goSend(run, { builtBefore: built })
}

/**
 * Since this began to be sent the server was built: by the call whose answer was lost, which then is what was asked for, or by somebody else.
 * What is on it now nobody has agreed to erase.
 */
async function judgeNewerBuild({ engine, now, operation }: Run): Promise<Outcome> {
  const last = await engine.store.findLastAttempt(operation.id, 'servers.build')
  const mayBeOurs = last !== null && last.effect !== 'none' && last.id !== readChangeMemory(operation).overBuild
  return mayBeOurs ? next('await_install', { learnt: takenAt(now()) }) : fail(concluded('built_meanwhile'))
}

/** A build that shows was taken by the panel, whatever became of its answer: tried again it is only looked for. */
const takenAt = (now: Date): Learnt => ({ installSince: now.toISOString(), acceptedAt: now.toISOString() })

/** The answer was lost: a build that began shows; one that does not show within the limit is asked about, never repeated. */
function judgeLostBuild({ engine, now, operation }: Run, { state, built }: { state: string, built: string }): Outcome {
  const memory = readChangeMemory(operation)
  const elapsedMs = now().getTime() - Date.parse(memory.verifySince ?? operation.createdAt.toISOString())
  const hasBegun = state === 'building' || state === 'failed' || built !== memory.builtBefore
  if (hasBegun) return next('await_install', { learnt: { ...takenAt(now()), isUnknown: null } })
  if (elapsedMs < unknownLimit(engine, UNKNOWN_LIMIT_MS)) return wait(2_000, concluded('install_effect_unknown'))
  return attention(concluded('rebuild_never_began'), { learnt: { isUnknown: null } })
}

const send: Step = async (run) => {
  const { operation, server } = run
  const { operatingSystemId } = InputSchema.parse(operation.input)
  const body = { operatingSystemId, name: server.name, ...(server.hostname ? { hostname: server.hostname } : {}), ipv6: true }
  const outcome = await sendChange(run, (id) => run.panel.build(id, body), { onAbsent: () => next('check') })
  if (outcome.type !== 'next' || outcome.step !== 'verify') return outcome
  if (outcome.learnt?.['isUnknown'] === true) return wait(1_000, concluded('install_effect_unknown'), { step: 'check', learnt: outcome.learnt, event: { code: 'effect_unknown' } })
  return next('await_install', {
    learnt: { ...outcome.learnt, installSince: run.now().toISOString() },
    writes: [{ type: 'server', patch: { operatingSystemId, operatingSystemName: null } }],
  })
}

export const rebuildSteps: Steps = { check, send, await_install: awaitInstall, confirm }
