import type { ProvisioningLog as LogAnswer } from '#shared/schemas/provisioning-logs.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import type { ProvisioningLog } from '../../generated/prisma/client.ts'
import { describeDiagnosis } from '../../messages/describe.ts'

export interface LoadedLog extends ProvisioningLog {
  server: { id: string, reference: string, name: string } | null
}

/** One call to the panel in the contract's form. Bodies were masked before they were stored. */
export function serializeProvisioningLog(row: LoadedLog): LogAnswer {
  const diagnosis = readDiagnosis(row.diagnosis)
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    serverId: row.serverId,
    operationId: row.operationId,
    server: row.server,
    action: row.action,
    attempt: row.attempt,
    method: row.method,
    path: row.path,
    httpStatus: row.httpStatus,
    outcome: row.outcome,
    effect: row.effect,
    durationMs: row.durationMs,
    code: row.code,
    message: row.message,
    diagnosis: diagnosis && describeDiagnosis(diagnosis),
    requestBody: row.requestBody,
    responseBody: row.responseBody,
    requestId: row.requestId,
  }
}
