import { z } from 'zod'
import type { Evidence } from '#shared/schemas/operations.ts'
import type { Db } from '../../context.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import { describeEvidence } from '../../messages/en/evidence.ts'
import type { LoadedOperation } from './load-operation.ts'

/** The part of the panel's stored answer that proves something; bodies are kept as they came, so any of it may be missing. */
const SeenSchema = z.object({
  data: z.object({
    uuid: z.string().nullable().catch(null),
    ownerId: z.number().nullable().catch(null),
    name: z.string().nullable().catch(null),
    state: z.string().nullable().catch(null),
    suspended: z.boolean().nullable().catch(null),
    buildFailed: z.boolean().nullable().catch(null),
  }),
})

/** What was expected and what was found, for an operation that stands in front of a person. From our own rows: the panel is not asked. */
export async function findEvidence(db: Db, operation: LoadedOperation): Promise<Evidence[]> {
  const diagnosis = readDiagnosis(operation.diagnosis)
  if (operation.state !== 'needs_attention' || !diagnosis) return []
  const { server } = operation
  const [seen, holder] = await Promise.all([findLastSeen(db, operation.id), findHolder(db, diagnosis.params['virtfusionServerId'], server.id)])
  return describeEvidence(diagnosis, { kind: operation.kind, step: operation.step, server, seen, holder })
}

async function findLastSeen(db: Db, operationId: string) {
  const row = await db.provisioningLog.findFirst({
    where: { operationId, action: 'servers.get', outcome: 'ok' }, orderBy: { sequence: 'desc' }, select: { responseBody: true },
  })
  const parsed = SeenSchema.safeParse(row?.responseBody)
  return parsed.success ? parsed.data.data : null
}

/** The other server of ours that stands for this number. */
async function findHolder(db: Db, virtfusionServerId: unknown, serverId: string): Promise<string | null> {
  if (typeof virtfusionServerId !== 'number') return null
  const row = await db.server.findFirst({ where: { virtfusionServerId, lifecycle: { not: 'deleted' }, id: { not: serverId } }, select: { reference: true } })
  return row?.reference ?? null
}
