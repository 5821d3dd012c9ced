import { OperationSchema } from '#shared/schemas/operations.ts'
import type { AcceptedDecision } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { loadServer } from '../servers/load-server.ts'
import { serializeAdminServer } from '../servers/serialize-server.ts'
import { getOperation } from './get-operation.ts'
import { keyReused } from './key-reused.ts'

interface AskedDecision {
  operationId: string
  /** The request's Idempotency-Key header. */
  idempotencyKey: string | null
  /** How the decision stands in the timeline. */
  codes: readonly string[]
  /** What else tells it from another one. */
  params?: Prisma.InputJsonObject
}

/**
 * Carries a person's decision out, unless the same request of theirs has done so: the timeline keeps its key. Answers with the operation
 * whole, and in the form of every change that needs the panel. @throws AppError conflict `idempotency_key_reused`, and what `decide` throws
 */
export async function decideOnce(call: Call, asked: AskedDecision, decide: () => Promise<void>): Promise<AcceptedDecision> {
  if (!await isDecided(call, asked)) {
    try {
      await decide()
    }
    catch (error) {
      // The same request may have been a moment earlier: it has moved the operation on.
      if (!(error instanceof AppError) || error.code !== 'conflict' || !await isDecided(call, asked)) throw error
    }
  }
  const detail = await getOperation(call, asked.operationId)
  return { ...detail, operation: OperationSchema.parse(detail), server: serializeAdminServer(await loadServer(call, detail.serverId)) }
}

async function isDecided({ db, user }: Call, { operationId, idempotencyKey, codes, params = {} }: AskedDecision): Promise<boolean> {
  if (idempotencyKey === null) return false
  const event = await db.operationEvent.findFirst({
    where: { operationId, actorId: user.id, params: { path: ['idempotencyKey'], equals: idempotencyKey } }, select: { code: true, params: true },
  })
  if (!event) return false
  const known = event.params as Prisma.JsonObject
  const isSame = codes.includes(event.code) && Object.entries(params).every(([name, value]) => known[name] === value)
  if (!isSame) throw keyReused()
  return true
}

/** What the timeline keeps of a request's key. */
export const keyParams = (idempotencyKey: string | null): Prisma.InputJsonObject => (idempotencyKey === null ? {} : { idempotencyKey })
