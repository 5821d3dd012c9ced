import { diagnose } from '../virtfusion/diagnosis/diagnose.ts'
import type { DiagnosisContext, DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import { VirtFusionError } from '../virtfusion/errors.ts'
import { redactJson } from '../virtfusion/redact.ts'
import type { CallOptions, Exchange, RequestDescription } from '../virtfusion/types.ts'
import { concluded } from './diagnosis.ts'
import { TooLateError, type AttemptEnding, type Engine, type Lease, type NewAttempt } from './ports.ts'
import type { Heard } from './run.ts'

/** What calls need of the engine. */
export type CallPorts = Pick<Engine, 'clock' | 'random' | 'store' | 'health'>

/** On whose behalf a call is made: what its attempt row points to. */
export interface CallScope {
  engine: CallPorts
  operationId: string | null
  serverId: string | null
  /** Counted from 1. */
  attempt: number
  requestId: string | null
  /** The right to work on the operation; without it nothing that changes the panel leaves. Null for calls that belong to no operation. */
  lease?: Lease | null
  /** Where a turn keeps what it heard; without it each ending is written down by itself. */
  heard?: Heard[]
  /** Sharpens the diagnosis of a refusal. */
  context?: DiagnosisContext
  /** For calls that somebody waits for. */
  options?: Pick<CallOptions, 'timeoutMs' | 'retries' | 'lane'>
}

/** A call that can be described before it is sent. */
export interface PanelCall<T> {
  describe(): RequestDescription
  send(options: CallOptions): Promise<T>
}

/** How a call ended. Whatever is no error of the client is a defect of ours and is thrown. */
export type PanelAnswer<T> =
  | { ok: true, value: T, panelDate: Date | null }
  | { ok: false, error: VirtFusionError, diagnosis: DiagnosisRecord, panelDate: Date | null }

export interface SentCall<T> { answer: PanelAnswer<T>, exchange: Exchange | null, method: string, durationMs: number }

/** An attempt that was written down longer ago, in ms, is not sent: by then another worker may have taken the operation over. */
export const FENCE_MS = 5_000

/**
 * Makes one call with its attempt row. One that may change something has its row written and confirmed before it leaves; one that only reads
 * is written down when it ended. How either ended is stored, in a turn, together with what follows from it.
 * @throws whatever the store throws; then nothing was sent, or the row stays incomplete and reads as unknown. TooLateError: not sent
 */
export async function callPanel<T>(scope: CallScope, call: PanelCall<T>): Promise<PanelAnswer<T>> {
  const attempt = newAttempt(scope, call.describe())
  const sent = await (attempt.method === 'GET' ? read(scope, call, attempt) : change(scope, call, attempt))
  await scope.engine.health.note(sent.answer, sent.exchange?.operation ?? null, sent.exchange)
  return sent.answer
}

async function read<T>(scope: CallScope, call: PanelCall<T>, attempt: NewAttempt): Promise<SentCall<T>> {
  const { store, clock } = scope.engine
  const beganAt = clock.monotonicMs()
  const sent = await sendAttempt(scope, call)
  const ending = describeEnding(sent)
  if (scope.heard) scope.heard.push({ type: 'call', attempt, ending, beganAt })
  else await store.recordCall({ attempt, ending, beganMsAgo: Math.round(clock.monotonicMs() - beganAt) })
  return sent
}

async function change<T>(scope: CallScope, call: PanelCall<T>, attempt: NewAttempt): Promise<SentCall<T>> {
  const { store, clock } = scope.engine
  const intendedAt = clock.monotonicMs()
  await store.beginAttempt(attempt, scope.lease ?? null)
  if (clock.monotonicMs() - intendedAt > FENCE_MS) {
    await complete(scope, attempt.id, NEVER_SENT)
    throw new TooLateError(`${attempt.action} was held up for ${Math.round(clock.monotonicMs() - intendedAt)} ms and not sent`)
  }
  const sent = await sendAttempt(scope, call, intendedAt)
  await complete(scope, attempt.id, describeEnding(sent))
  return sent
}

async function complete({ engine, heard }: CallScope, id: string, ending: AttemptEnding): Promise<void> {
  if (heard) heard.push({ type: 'attempt-completed', id, ending })
  else await engine.store.completeAttempt(id, ending)
}

/** The row that says that a call is about to be made. */
export function newAttempt({ engine, operationId, serverId, attempt, requestId }: CallScope, request: RequestDescription): NewAttempt {
  return {
    id: engine.random.uuid(), operationId, serverId, action: request.operation, attempt, method: request.method, path: request.path,
    requestBody: request.body === undefined ? null : redactJson(request.body), requestId,
  }
}

type SendScope = Pick<CallScope, 'requestId' | 'context' | 'options'> & { engine: Pick<CallPorts, 'clock'> }

/**
 * Sends the call once. Never throws what the client throws. With `intendedAt`, when its attempt was written down, it is not sent later than
 * the fence allows, however long it waits for its turn and its connection.
 */
export async function sendAttempt<T>({ engine: { clock }, requestId, context, options }: SendScope, call: PanelCall<T>, intendedAt?: number): Promise<SentCall<T>> {
  let exchange: Exchange | null = null
  const startedAt = clock.monotonicMs()
  const ended = (answer: PanelAnswer<T>): SentCall<T> => ({ answer, exchange, method: exchange?.method ?? call.describe().method, durationMs: Math.round(clock.monotonicMs() - startedAt) })
  const panelDate = () => exchange?.panelDate ?? null
  const mayStillSend = () => intendedAt === undefined || clock.monotonicMs() - intendedAt <= FENCE_MS
  try {
    const value = await call.send({ ...options, ...(requestId ? { requestId } : {}), mayStillSend, onExchange: (ending) => { exchange = ending } })
    return ended({ ok: true, value, panelDate: panelDate() })
  }
  catch (error) {
    if (!(error instanceof VirtFusionError)) throw error
    return ended({ ok: false, error, diagnosis: diagnose(error, context), panelDate: panelDate() })
  }
}

/** The ending of an attempt whose own turn held it back. */
export const NEVER_SENT: AttemptEnding = {
  outcome: 'unreachable', effect: 'none', httpStatus: null, responseBody: null, durationMs: null, code: 'never_sent', message: null, diagnosis: concluded('never_sent'),
}

/** How the call ended, as its row keeps it. */
export function describeEnding<T>({ answer, exchange, method, durationMs }: SentCall<T>): AttemptEnding {
  const common = { httpStatus: exchange?.status ?? null, responseBody: exchange?.responseBody ?? null, durationMs: Math.round(exchange?.durationMs ?? durationMs) }
  if (answer.ok) return { ...common, outcome: 'ok', effect: method === 'GET' ? 'none' : 'done', code: null, message: null, diagnosis: null }
  const { error, diagnosis } = answer
  return { ...common, outcome: judgeOutcome(error), effect: error.effect, code: diagnosis.code, message: error.messages.join(' ') || error.causeCode || error.kind, diagnosis }
}

function judgeOutcome(error: VirtFusionError): AttemptEnding['outcome'] {
  if (error.effect === 'unknown') return 'unknown'
  return error.status === null && error.kind !== 'invalid-input' ? 'unreachable' : 'rejected'
}
