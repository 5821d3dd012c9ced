import type { ProvisioningLog } from '#shared/schemas/provisioning-logs.ts'
import type { Call } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { loadProvisioningLogs } from './load-provisioning-logs.ts'
import { serializeProvisioningLog } from './serialize-provisioning-log.ts'

/** One call to the panel with both bodies. @throws AppError not_found */
export async function getProvisioningLog(call: Call, logId: string): Promise<ProvisioningLog> {
  const [row] = await loadProvisioningLogs(call.db, [logId])
  if (!row) throw notFound()
  return serializeProvisioningLog(row)
}
