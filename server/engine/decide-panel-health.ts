import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import type { VirtFusionErrorKind } from '../virtfusion/errors.ts'
import type { Exchange } from '../virtfusion/types.ts'
import type { PanelAnswer } from './call-panel.ts'
import { concluded } from './diagnosis.ts'

/** Failures in a row before the panel counts as unreachable: a single lost packet is no outage. */
export const UNREACHABLE_AFTER = 3

/** Berth waits as the panel asks without a word; when nothing else has been heard of it for as long, people are told. */
const LASTING_MS = 2 * 60_000
export const LIMITS_CALLS = 'panel_limits_calls'

/** What one call says about the panel as a whole. */
export type PanelSign =
  | { type: 'answered', operation: string | null, version?: string | null }
  | { type: 'silent', diagnosis: DiagnosisRecord }
  /** Too many calls: the panel, or a proxy before it, asks to wait, or the client waits as it was asked. `askedMs`: for how long; null where it did not say. */
  | { type: 'limited', askedMs: number | null }
  /** The token is refused: for everything, or for a call that creating servers needs. */
  | { type: 'refused', diagnosis: DiagnosisRecord, scope: PauseScope }

export type PauseScope = 'everything' | 'create'
export type PanelTurn = 'unreachable' | 'limited' | 'back' | 'paused' | 'resumed' | 'version_changed'

export interface Health {
  isReachable: boolean | null
  changedAt: Date | null
  lastSuccessAt: Date | null
  lastFailureAt: Date | null
  failuresInARow: number
  diagnosis: DiagnosisRecord | null
  version: string | null
  pausedAt: Date | null
}

const SILENT = new Set<VirtFusionErrorKind>(['dns', 'refused', 'unreachable', 'connect-timeout', 'tls', 'blocked-address', 'timeout', 'connection-lost'])
/** An answer that tells of trouble at the panel as a whole only when it comes to the question whether anybody is there. */
const TROUBLED = new Set<VirtFusionErrorKind>(['server-error', 'maintenance', 'unreadable', 'redirect', 'not-found'])
const NEEDED_TO_CREATE = new Set(['servers.create', 'users.create'])
const WATCH = 'connection.connect'
const TELLS_VERSION = new Set([WATCH, 'connection.status'])

/** Reads the sign in an answer; null for one that says nothing about the panel. */
export function judgePanelSign(answer: PanelAnswer<unknown>, operation: string | null): PanelSign | null {
  if (answer.ok) return { type: 'answered', operation, ...(operation !== null && TELLS_VERSION.has(operation) ? { version: versionIn(answer.value) } : {}) }
  const { error, diagnosis } = answer
  if (error.kind === 'rate-limited') return { type: 'limited', askedMs: error.askedToWaitMs }
  const isPage = error.bodyForm === 'html'
  if (isPage && operation !== WATCH) return null
  if (error.kind === 'unauthorized' && !isPage) return { type: 'refused', diagnosis, scope: 'everything' }
  if (error.kind === 'forbidden' && !isPage && operation !== null && NEEDED_TO_CREATE.has(operation)) return { type: 'refused', diagnosis, scope: 'create' }
  if (SILENT.has(error.kind)) return { type: 'silent', diagnosis }
  if (operation === WATCH && (isPage || TROUBLED.has(error.kind))) return { type: 'silent', diagnosis }
  return error.isJson || error.kind === 'forbidden' ? { type: 'answered', operation: null } : null
}

function versionIn(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string' ? value.version : null
}

/** For what a pause stands: read from its diagnosis, where `judgePanelSign`'s refusals differ. */
export function pauseScope(diagnosis: DiagnosisRecord | null): PauseScope {
  return diagnosis?.params['pauses'] === 'create' ? 'create' : 'everything'
}

/** The panel's row after a sign, and what there is to tell. */
export function nextPanelHealth(before: Health, sign: PanelSign, now: Date): { health: Health, turns: PanelTurn[] } {
  if (sign.type === 'silent') return afterSilence(before, sign.diagnosis, now)
  if (sign.type === 'limited') return afterLimit(before, sign.askedMs, now)
  const version = (sign.type === 'answered' && sign.version) || before.version
  const isOtherVersion = before.version !== null && version !== before.version
  const turns: PanelTurn[] = [...(before.isReachable === false ? ['back' as const] : []), ...(isOtherVersion ? ['version_changed' as const] : [])]
  const reached: Health = {
    ...before,
    isReachable: true,
    changedAt: before.isReachable === true ? before.changedAt : now,
    lastSuccessAt: now,
    failuresInARow: 0,
    version,
  }
  if (sign.type === 'refused') {
    const diagnosis = { ...sign.diagnosis, params: { ...sign.diagnosis.params, pauses: sign.scope } }
    return { health: { ...reached, pausedAt: before.pausedAt ?? now, lastFailureAt: now, diagnosis }, turns: before.pausedAt ? turns : [...turns, 'paused'] }
  }
  if (before.pausedAt && !endsPause(before.diagnosis, sign.operation)) return { health: reached, turns }
  return { health: { ...reached, pausedAt: null, diagnosis: null }, turns: before.pausedAt ? [...turns, 'resumed'] : turns }
}

/** Days before the end of a certificate at which somebody is told, each once. */
const CERTIFICATE_NOTICES = [1, 7, 21] as const
const DAY_MS = 86_400_000

/** Whole days until then; negative once it has passed. */
export function daysUntil(validTo: Date, now: Date): number {
  return Math.floor((validTo.getTime() - now.getTime()) / DAY_MS)
}

/** Beyond thirty years the figure says no more, and the column holds no more. */
const CLOCK_LIMIT_SECONDS = 1_000_000_000

/** The panel's clock minus ours, in whole seconds, for that is what the panel tells. */
export function clockDifference(panelDate: Date, now: Date): number {
  const seconds = Math.round((panelDate.getTime() - now.getTime()) / 1000)
  return Math.max(-CLOCK_LIMIT_SECONDS, Math.min(CLOCK_LIMIT_SECONDS, seconds))
}

/** The narrowest notice under which a certificate stands; null while there is time. */
export function decideCertificateNotice(daysLeft: number): (typeof CERTIFICATE_NOTICES)[number] | null {
  return CERTIFICATE_NOTICES.find((days) => daysLeft < days) ?? null
}

/** Kinds of refusals that are no fault of what was asked: the panel, the way to it or the token is the trouble. */
const FAILS_FOR_ALL = new Set<VirtFusionErrorKind>([...SILENT, 'server-error', 'maintenance', 'unreadable', 'redirect', 'unauthorized', 'rate-limited'])

/** What a call adds to its minute; null for one that never left or was given up by us. A refusal of one request ("not found", "does not fit") is a good answer. */
export function measureCall(answer: PanelAnswer<unknown>, exchange: Pick<Exchange, 'attempts' | 'durationMs'> | null): { isFailure: boolean, durationMs: number } | null {
  if (exchange === null || exchange.attempts === 0 || (!answer.ok && answer.error.kind === 'aborted')) return null
  return { isFailure: !answer.ok && FAILS_FOR_ALL.has(answer.error.kind), durationMs: Math.round(exchange.durationMs) }
}

/** A refused token works again once anything succeeds; a missing permission once that very call does. */
function endsPause(diagnosis: DiagnosisRecord | null, operation: string | null): boolean {
  if (operation === null) return false
  return pauseScope(diagnosis) === 'everything' || NEEDED_TO_CREATE.has(operation)
}

function afterSilence(before: Health, diagnosis: DiagnosisRecord, now: Date): { health: Health, turns: PanelTurn[] } {
  const failuresInARow = before.failuresInARow + 1
  const isGone = failuresInARow >= UNREACHABLE_AFTER
  const isNews = isGone && before.isReachable !== false
  return {
    health: {
      ...before,
      failuresInARow,
      lastFailureAt: now,
      // A pause keeps its own reason: it outlives the outage.
      diagnosis: before.pausedAt ? before.diagnosis : diagnosis,
      isReachable: isGone ? false : before.isReachable,
      changedAt: isNews ? now : before.changedAt,
    },
    turns: isNews ? ['unreachable'] : [],
  }
}

/** Nothing but "wait" is heard: for two minutes that is the pace, then it is an outage with a cause of its own. A single answer in between begins it anew. */
function afterLimit(before: Health, askedMs: number | null, now: Date): { health: Health, turns: PanelTurn[] } {
  // A refused token keeps its own reason, and is told already. Nor is this a try whether it works again.
  if (before.pausedAt) return { health: before, turns: [] }
  const known = before.diagnosis?.code === LIMITS_CALLS && before.lastFailureAt !== null && now.getTime() - before.lastFailureAt.getTime() < LASTING_MS ? before.diagnosis.params : {}
  const since = typeof known['since'] === 'string' ? known['since'] : now.toISOString()
  const until = askedMs === null ? known['until'] ?? null : new Date(now.getTime() + askedMs).toISOString()
  const isLasting = now.getTime() - Date.parse(since) >= LASTING_MS
  const isNews = isLasting && before.isReachable !== false
  return {
    health: {
      ...before,
      lastFailureAt: now,
      diagnosis: concluded(LIMITS_CALLS, { since, until }),
      isReachable: isLasting ? false : before.isReachable,
      changedAt: isNews ? now : before.changedAt,
    },
    turns: isNews ? ['limited'] : [],
  }
}
