import type { Db, Services } from '../context.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { diagnose } from '../virtfusion/diagnosis/diagnose.ts'
import type { DiagnosisContext, DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import { VirtFusionError } from '../virtfusion/errors.ts'
import { redactJson } from '../virtfusion/redact.ts'
import type { CallOptions, Exchange, RequestDescription } from '../virtfusion/types.ts'
import { notePanelAnswer } from './panel-health.ts'

/** On whose behalf a call is made: what its attempt row points to. */
export interface CallScope {
  services: Services
  operationId: string | null
  serverId: string | null
  /** Counted from 1. */
  attempt: number
  requestId: string | null
  /** Sharpens the diagnosis of a refusal. */
  context?: DiagnosisContext
  /** For calls that somebody waits for. */
  options?: Pick<CallOptions, 'timeoutMs' | 'retries'>
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

/** Makes one call with its attempt row: written and confirmed before the call leaves, completed after. @throws whatever the database throws; then nothing was sent, or the row stays incomplete and reads as unknown */
export async function callPanel<T>(scope: CallScope, call: PanelCall<T>): Promise<PanelAnswer<T>> {
  const attemptId = await beginAttempt(scope.services.db, scope, call.describe())
  const sent = await sendAttempt(scope, call)
  await completeAttempt(scope.services.db, attemptId, sent)
  await notePanelAnswer(scope.services, sent.answer, sent.exchange?.operation ?? null, sent.exchange)
  return sent.answer
}

/** Writes the row that says that a call is about to be made. */
export async function beginAttempt(db: Db, scope: CallScope, request: RequestDescription): Promise<string> {
  const row = await db.provisioningLog.create({
    data: {
      serverId: scope.serverId,
      operationId: scope.operationId,
      action: request.operation,
      attempt: scope.attempt,
      method: request.method,
      path: request.path,
      requestBody: request.body === undefined ? Prisma.DbNull : redactJson(request.body) ?? Prisma.DbNull,
      requestId: scope.requestId,
    },
    select: { id: true },
  })
  return row.id
}

/** Sends the call once. Never throws what the client throws. */
export async function sendAttempt<T>(scope: CallScope, call: PanelCall<T>): Promise<SentCall<T>> {
  let exchange: Exchange | null = null
  const startedAt = performance.now()
  const { method } = call.describe()
  const ended = (answer: PanelAnswer<T>): SentCall<T> => ({ answer, exchange, method, durationMs: Math.round(performance.now() - startedAt) })
  const panelDate = () => exchange?.panelDate ?? null
  try {
    const value = await call.send({ ...scope.options, ...(scope.requestId ? { requestId: scope.requestId } : {}), onExchange: (ending) => { exchange = ending } })
    return ended({ ok: true, value, panelDate: panelDate() })
  }
  catch (error) {
    if (!(error instanceof VirtFusionError)) throw error
    return ended({ ok: false, error, diagnosis: diagnose(error, scope.context), panelDate: panelDate() })
  }
}

/** Writes how the call ended into its row. */
export async function completeAttempt<T>(db: Db, attemptId: string, sent: SentCall<T>): Promise<void> {
  const { answer, exchange } = sent
  await db.provisioningLog.update({
    where: { id: attemptId },
    data: {
      httpStatus: exchange?.status ?? null,
      responseBody: exchange?.responseBody ?? Prisma.DbNull,
      durationMs: Math.round(exchange?.durationMs ?? sent.durationMs),
      completedAt: new Date(),
      ...describeEnding(answer, sent.method === 'GET'),
    },
    select: { id: true },
  })
}

function describeEnding<T>(answer: PanelAnswer<T>, isRead: boolean) {
  if (answer.ok) return { outcome: 'ok' as const, effect: isRead ? 'none' as const : 'done' as const }
  const { error, diagnosis } = answer
  return {
    outcome: judgeOutcome(error),
    effect: error.effect,
    code: diagnosis.code,
    message: error.messages.join(' ') || error.causeCode || error.kind,
    diagnosis: { ...diagnosis } satisfies Prisma.InputJsonObject,
  }
}

function judgeOutcome(error: VirtFusionError): 'rejected' | 'unreachable' | 'unknown' {
  if (error.effect === 'unknown') return 'unknown'
  return error.status === null && error.kind !== 'invalid-input' ? 'unreachable' : 'rejected'
}
