import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import type { VirtFusionServer } from '../virtfusion/schemas/servers.ts'
import { classifyFailure } from './classify-failure.ts'
import { concluded } from './diagnosis.ts'
import { toObservationPatch, type ConfirmedSuspension } from './observation.ts'
import { notNow } from './not-now.ts'
import { attention, wait, type Outcome } from './outcome.ts'
import { memoryOf, type Run } from './run.ts'
import { findMismatch } from './find-mismatch.ts'

/** A second look after the first 404 comes no sooner. */
const SECOND_LOOK_MS = 2_000
/** Two 404s further apart than this are two first ones. */
const SAME_ABSENCE_MS = 5 * 60_000
const SAFE_MODE_MS = 15_000

export type BoundRead =
  | { type: 'read', remote: VirtFusionServer, readAt: Date, panelDate: Date | null }
  /** The token may not read servers. */
  | { type: 'blind', diagnosis: DiagnosisRecord }
  /** The panel said twice that it has no such server. */
  | { type: 'gone', since: Date }
  /** Not now, or not like this: the step ends with it. `isExchanged`: another server answers under our number. `isUnavailable`: nothing was said that tells anything. */
  | { type: 'ended', outcome: Outcome, isExchanged?: boolean, isUnavailable?: boolean }

export interface ReadOptions {
  remoteState?: boolean
  /** Whose suspension it is, should the read show one. */
  suspension?: ConfirmedSuspension
  /** From whom the server is taken: as long as the panel shows him, he is no stranger. */
  formerOwnerId?: number
}

/**
 * Reads the remote server of an operation, stores what it tells, and makes sure that it is ours: uuid and owner must match before
 * anything is done to it. A single 404 is looked at again before it is believed.
 */
export async function readBoundServer(run: Run, { remoteState = false, suspension, formerOwnerId }: ReadOptions = {}): Promise<BoundRead> {
  const { server, panel, turn } = run
  if (server.virtfusionServerId === null) return { type: 'ended', outcome: attention(concluded('server_not_bound')) }
  const readAt = run.now()
  const answer = await panel.getServer(server.virtfusionServerId, remoteState ? { remoteState } : {})
  if (answer.ok) {
    const isWithFormer = formerOwnerId !== undefined && answer.value.ownerId === formerOwnerId
    const mismatch = findMismatch(isWithFormer ? { ...server, virtfusionOwnerId: formerOwnerId } : server, answer.value)
    if (mismatch) return { type: 'ended', outcome: attention(mismatch), isExchanged: mismatch.code === 'uuid_mismatch' }
    turn.heard.push({ type: 'seen', patch: toObservationPatch(server, answer.value, { readAt, suspension }) })
    return { type: 'read', remote: answer.value, readAt, panelDate: answer.panelDate }
  }
  switch (classifyFailure(answer.error)) {
    case 'absent': return judgeAbsence(run, readAt)
    case 'forbidden': return { type: 'blind', diagnosis: answer.diagnosis }
    case 'unavailable': return { type: 'ended', outcome: notNow(answer), isUnavailable: true }
    default: return { type: 'ended', outcome: notNow(answer) }
  }
}

async function judgeAbsence(run: Run, readAt: Date): Promise<BoundRead> {
  if (await isNews(run) && !await run.engine.store.believeAbsence(run.server.id, readAt)) return { type: 'ended', outcome: wait(SAFE_MODE_MS, concluded('safe_mode')) }
  const first = memoryOf(run.operation)['absentAt']
  const since = typeof first === 'string' ? new Date(first) : null
  if (!since || readAt.getTime() - since.getTime() > SAME_ABSENCE_MS) {
    return { type: 'ended', outcome: wait(SECOND_LOOK_MS, undefined, { learnt: { absentAt: readAt.toISOString() } }) }
  }
  return { type: 'gone', since }
}

/** One that admins know of, or that this very operation may have brought about, says nothing about the panel. */
async function isNews({ engine, operation, server, now }: Run): Promise<boolean> {
  if (server.vanishedAt !== null) return false
  // A deletion that the panel holds has brought about nothing before it is due.
  const { dueAt } = memoryOf(operation)
  if (typeof dueAt === 'string' && now() < new Date(dueAt)) return true
  const deletion = await engine.store.findLastAttempt(operation.id, 'servers.delete')
  return deletion === null || (deletion.isCompleted && deletion.effect === 'none')
}

/** The alarm for a server that is gone although nobody deleted it here. */
export function vanished({ server }: Pick<Run, 'server'>, since: Date): Outcome {
  return attention(concluded('server_vanished', { virtfusionServerId: server.virtfusionServerId }), { learnt: { absentAt: null }, writes: [{ type: 'vanished', since }] })
}
