import type { Call } from '../../context.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import type { VirtFusionError } from '../../virtfusion/errors.ts'
import type { Exchange, RequestDescription } from '../../virtfusion/types.ts'

/** Writes the row of a dry run before it is sent. Returns the row's id. */
export async function beginDryRunLog({ db, requestId }: Call, request: RequestDescription): Promise<string> {
  const row = await db.provisioningLog.create({
    data: {
      action: request.operation,
      method: request.method,
      path: request.path,
      requestBody: request.body ?? Prisma.DbNull,
      requestId,
    },
    select: { id: true },
  })
  return row.id
}

/** Completes it. Whatever came back, a dry run makes nothing: the effect is none. */
export async function finishDryRunLog(call: Call, id: string, exchange: Exchange | null, diagnosis: DiagnosisRecord | null): Promise<void> {
  await call.db.provisioningLog.update({
    where: { id },
    data: {
      httpStatus: exchange?.status ?? null,
      responseBody: exchange?.responseBody ?? Prisma.DbNull,
      outcome: exchange === null ? 'unknown' : outcomeOf(exchange.error),
      effect: 'none',
      durationMs: exchange === null ? null : Math.round(exchange.durationMs),
      code: diagnosis?.code ?? null,
      message: exchange?.error?.messages.join('; ') || null,
      diagnosis: diagnosis === null ? Prisma.DbNull : { ...diagnosis },
      completedAt: call.now(),
    },
    select: { id: true },
  })
}

function outcomeOf(error: VirtFusionError | null): 'ok' | 'rejected' | 'unreachable' | 'unknown' {
  if (error === null) return 'ok'
  if (error.status === null) return error.effect === 'none' ? 'unreachable' : 'unknown'
  return error.status >= 400 && error.status < 500 ? 'rejected' : 'unknown'
}
