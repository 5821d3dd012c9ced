import { PANEL_DELAY_STEP } from '#shared/lifecycle/operations.ts'
import { readChangeMemory, unknownLimit } from '../../change-memory.ts'
import { classifyFailure } from '../../classify-failure.ts'
import { readPanelDelay } from '../../decide-panel-delay.ts'
import { decideProtection } from '../../harm/decide-protection.ts'
import { decideVerify } from '../../decide-verify.ts'
import { concluded } from '../../diagnosis.ts'
import { notNow } from '../../not-now.ts'
import { attention, done, fail, next, retry, wait, type Learnt, type Outcome } from '../../outcome.ts'
import { readBoundServer } from '../../read-bound-server.ts'
import type { OfflineStep, Run, Step, Steps } from '../../run.ts'
import { goSend, sendChange } from '../../send-change.ts'
import { awaitDeletion, beginPanelDelay, dueOf, findTakenDelay, followPanelDelay, guardLostDelay, repeatPanelDelay } from './panel-delay.ts'

/** An accepted deletion that the panel does not show as done within an hour is somebody's business. */
const LIMIT_MS = 60 * 60_000
const UNKNOWN_LIMIT_MS = 20_000
const HELD_MS = 5_000

/** The deletion is due: from here on it holds its server like any other operation. */
export const beginScheduled: OfflineStep = async ({ engine, operation, server }) => {
  // Another operation that is under way ends first; the database would refuse a second one.
  const rival = await engine.store.findRival(server.id, operation.id)
  if (rival) return wait(HELD_MS, concluded('server_busy', { operationId: rival }))
  return next('check', { event: { code: 'deletion_due' } })
}

/** Nothing was ever made at the panel: our row is all there is. */
export const deleteUnbound: OfflineStep = async (run) => deleted(run, 'succeeded')

const check: Step = async (run) => {
  const { operation, server } = run
  const lifecycleBefore = readChangeMemory(operation).lifecycleBefore ?? server.lifecycle
  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.isExchanged ? judgeExchanged(run, read.outcome) : read.outcome
  if (read.type === 'gone') return deleted(run, 'already_gone')
  // Never blind: a number at the panel may stand for another server by now.
  if (read.type === 'blind') return fail(concluded('delete_needs_reading'))
  const delayMinutes = readPanelDelay(operation)
  const taken = delayMinutes === null ? null : await findTakenDelay(run, read, delayMinutes)
  if (taken) return taken
  if (read.remote.protected === true) return fail(concluded('server_protected'))
  if (decideProtection({ kind: operation.kind, isProtected: server.isProtected }) === 'refuse') return fail(concluded('server_protected_here'))
  const early = delayMinutes === null ? secondsEarly(server.deletionDueAt, read.panelDate) : 0
  if (early > CLOCK_SLACK_SECONDS) return wait(CLOCK_LOOK_MS, concluded('clock_disagrees', { seconds: early }))
  return goSend(run, { lifecycleBefore, absentAt: null, ...(delayMinutes === null ? {} : beginPanelDelay(run)) }, { writes: [{ type: 'server', patch: { lifecycle: 'deleting' } }] })
}

/**
 * Another server stands under our number, which a panel from a backup gives out again. Where ours stands nowhere at the panel there is nothing
 * to delete, and the row must not keep the number from whose it is now.
 */
async function judgeExchanged(run: Run, mismatch: Outcome): Promise<Outcome> {
  const listed = await run.panel.listAllServers()
  if (listed.ok) return listed.value.some(({ uuid }) => uuid === run.server.virtfusionUuid) ? mismatch : deleted(run, 'already_gone')
  return classifyFailure(listed.error) === 'forbidden' ? mismatch : notNow(listed)
}

/** Clocks differ by minutes; one that has jumped ahead must not make deletions due that nobody wants yet. */
const CLOCK_SLACK_SECONDS = 15 * 60
const CLOCK_LOOK_MS = 60_000

/** How long a deletion that was put off is not due yet by the panel's clock, the second witness beside ours. */
function secondsEarly(dueAt: Date | null, panelDate: Date | null): number {
  return dueAt && panelDate ? Math.round((dueAt.getTime() - panelDate.getTime()) / 1000) : 0
}

const send: Step = (run) => sendChange(run, (id) => run.panel.delete(id, readPanelDelay(run.operation) ?? 0), {
  onAbsent: () => next('verify'),
  learn: (_, panelDate): Learnt => (readPanelDelay(run.operation) === null ? {} : { acceptedAtPanel: panelDate?.toISOString() ?? null }),
})

/** Only the panel's word, given twice, that there is no such server ends a deletion. */
const verify: Step = async (run) => {
  const { engine, operation } = run
  const memory = readChangeMemory(operation)
  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.isExchanged ? judgeExchanged(run, read.outcome) : read.outcome
  if (read.type === 'gone') return deleted(run, 'succeeded')
  if (read.type === 'blind') return attention(read.diagnosis)
  const delayMinutes = readPanelDelay(operation)
  const followed = delayMinutes === null ? null : followPanelDelay(run, read, delayMinutes)
  if (followed) return followed
  // Tried again by a person, it is looked at anew.
  const { verifySince = run.now().toISOString() } = memory
  const dueAt = delayMinutes === null || memory.acceptedAt === undefined ? null : dueOf(run, read, delayMinutes)
  const elapsedMs = run.now().getTime() - Math.max(Date.parse(verifySince), dueAt?.getTime() ?? 0)
  const decision = decideVerify({ isReached: false, looks: memory.looks, elapsedMs, limitMs: memory.isUnknown ? unknownLimit(engine, UNKNOWN_LIMIT_MS) : LIMIT_MS })
  if (decision.type === 'look-again') return wait(pause(decision.ms, elapsedMs), undefined, { learnt: { verifySince, looks: memory.looks + 1, absentAt: null } })
  // The server still stands, with our uuid: the same deletion may be sent again.
  if (memory.isUnknown) return delayMinutes === null ? retry(concluded('call_outcome_unknown'), { step: 'check', learnt: { isUnknown: null } }) : repeatPanelDelay(run)
  return attention(dueAt ? concluded('panel_kept_server') : concluded('verify_limit', { seconds: Math.round(elapsedMs / 1000) }))
}

/** Most deletions are quick; one that is not is looked at twice a minute. */
const pause = (ms: number, elapsedMs: number) => (elapsedMs < 2 * 60_000 ? ms : 30_000)

function deleted({ now }: Pick<Run, 'now'>, code: 'succeeded' | 'already_gone'): Outcome {
  return done({
    event: { code },
    writes: [
      { type: 'server', patch: { lifecycle: 'deleted', deletedAt: now(), power: 'unknown', vanishedAt: null, suspendedAt: null, suspensionReason: null, suspendedById: null } },
      { type: 'scheduled-deletion-cancelled' },
    ],
  })
}

/** A step before the panel's delay is known to run. */
const guarded = (step: Step): Step => async (run) => {
  const delayMinutes = readPanelDelay(run.operation)
  const outcome = await step(run)
  return delayMinutes === null ? outcome : guardLostDelay(run, delayMinutes, outcome)
}

export const deleteSteps: Steps = { check: guarded(check), send: guarded(send), [PANEL_DELAY_STEP]: awaitDeletion, verify }
