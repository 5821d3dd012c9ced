import { PANEL_DELAY_STEP } from '#shared/lifecycle/operations.ts'
import { readChangeMemory } from '../../change-memory.ts'
import { findPanelDue, isCounting, judgePanelDelay } from '../../decide-panel-delay.ts'
import { concluded } from '../../diagnosis.ts'
import { attention, next, retry, wait, type Learnt, type Outcome } from '../../outcome.ts'
import type { BoundRead } from '../../read-bound-server.ts'
import type { Run, Step } from '../../run.ts'
import type { EngineNotice } from '../../writes.ts'

/** Panels carry out what is due a moment later. */
const SLACK_MS = 30_000
/** A lost deletion that the panel goes on refusing to take again stands in front of a person, after about a quarter of an hour. */
const MOST_REFUSALS = 20
/** Two readings of one clock differ by seconds, which is no news for the row. */
const SAME_DATE_MS = 60_000

type Read = Extract<BoundRead, { type: 'read' }>

/** The panel counts, and nobody asks it every second: whoever comes here out of a wait, because it is due or for any other reason, looks. */
export const awaitDeletion: Step = async (run) => {
  const { dueAt } = readChangeMemory(run.operation)
  if (run.isResumed || dueAt === undefined) return next('verify', { learnt: { looks: null } })
  return wait(Math.max(0, Date.parse(dueAt) - run.now().getTime()) + SLACK_MS, concluded('panel_holds_deletion', { dueAt }))
}

/** What is known of the panel's delay once it is about to be sent: nothing of an earlier time. */
export const beginPanelDelay = ({ now }: Run): Learnt => ({ askedAt: now().toISOString(), acceptedAtPanel: null, isShown: null })

/** Where a read leads while the panel holds the deletion; null when it has to be gone by now, or nobody knows yet whether the panel took it. */
export function followPanelDelay(run: Run, read: Read, delayMinutes: number): Outcome | null {
  const { acceptedAt, isShown } = readChangeMemory(run.operation)
  const dueAt = acceptedAt === undefined ? null : dueOf(run, read, delayMinutes)
  const verdict = judgePanelDelay({ dueAt, now: run.now(), isShown, deleteLevel: read.remote.deleteLevel })
  if (verdict === 'unsettled' || verdict === 'due') return null
  return verdict === 'called-off' ? attention(concluded('panel_kept_server')) : holdAtPanel(run, read, delayMinutes)
}

/**
 * The panel took it, as a turn has written down that came no further or had lost its lease, or the answer was lost and a read shows by now that
 * the panel counts: it is not sent again, which would count anew.
 */
export async function findTakenDelay(run: Run, read: Read, delayMinutes: number): Promise<Outcome | null> {
  const last = await run.engine.store.findLastAttempt(run.operation.id, 'servers.delete')
  const isTaken = last?.isCompleted === true && last.effect === 'done'
  const { isLost } = readChangeMemory(run.operation)
  return isTaken || (isLost && isCounting(read.remote.deleteLevel)) ? holdAtPanel(run, read, delayMinutes) : null
}

/** The same deletion once more, for the server still stands with our uuid and shows no other. What may be counting all the same is not called failed. */
export function repeatPanelDelay({ operation }: Run): Outcome {
  const learnt = { isUnknown: null, isLost: true }
  const diagnosis = concluded('call_outcome_unknown')
  return operation.attempt + 1 < operation.maxAttempts ? retry(diagnosis, { step: 'check', learnt }) : attention(diagnosis, { learnt })
}

/**
 * What ends a step while a lost deletion may be counting at the panel: nothing that reads as if the server stayed. A panel that refuses
 * to take it again may do so because it counts already.
 */
export function guardLostDelay({ operation }: Pick<Run, 'operation'>, delayMinutes: number, outcome: Outcome): Outcome {
  const { askedAt, isLost, refusals } = readChangeMemory(operation)
  if (!isLost || askedAt === undefined) return outcome
  if (outcome.type === 'fail') return attention(outcome.diagnosis)
  if (outcome.type !== 'wait' || outcome.diagnosis?.code !== 'server_busy') return outcome
  if (refusals < MOST_REFUSALS) return { ...outcome, learnt: { ...outcome.learnt, refusals: refusals + 1 } }
  const dueAt = new Date(Date.parse(askedAt) + delayMinutes * 60_000).toISOString()
  return attention(concluded('panel_delay_unsettled', { dueAt, said: outcome.diagnosis.params['said'] ?? null }))
}

/** When the panel deletes what it has taken. */
export function dueOf({ operation, now }: Run, { panelDate }: Read, delayMinutes: number): Date {
  const { askedAt = operation.createdAt.toISOString(), acceptedAtPanel } = readChangeMemory(operation)
  return findPanelDue({ delayMinutes, askedAt, acceptedAtPanel, now: now(), panelDate })
}

/** From here on the server is on its way out, and everybody whom it concerns is told until when. */
function holdAtPanel(run: Run, read: Read, delayMinutes: number): Outcome {
  const { operation, server } = run
  const { acceptedAt = run.now().toISOString() } = readChangeMemory(operation)
  const dueAt = dueOf(run, read, delayMinutes)
  const isNews = !server.deletionDueAt || Math.abs(server.deletionDueAt.getTime() - dueAt.getTime()) > SAME_DATE_MS
  return next(PANEL_DELAY_STEP, {
    learnt: { acceptedAt, dueAt: dueAt.toISOString(), isUnknown: null, isLost: null, absentAt: null, ...(isCounting(read.remote.deleteLevel) ? { isShown: true } : {}) },
    writes: [
      ...(isNews ? [{ type: 'server' as const, patch: { lifecycle: 'deleting' as const, deletionRequestedAt: operation.createdAt, deletionDueAt: dueAt } }] : []),
      ...(server.deletionDueAt ? [] : noticesOf(run, dueAt).map((notice) => ({ type: 'notice' as const, notice }))),
    ],
  })
}

function noticesOf({ operation, server }: Run, dueAt: Date): EngineNotice[] {
  const notice = {
    level: 'warning' as const, code: 'deletion_held_by_panel', params: { serverName: server.name, reference: server.reference, dueAt: dueAt.toISOString() },
    dedupeKey: `deletion_held_by_panel:${operation.id}`,
  }
  return [{ ...notice, to: 'admins', link: `/admin/servers/${server.id}` }, { ...notice, to: { userId: server.customerId }, link: `/servers/${server.id}` }]
}
