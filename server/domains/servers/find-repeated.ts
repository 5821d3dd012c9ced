import { isDeepStrictEqual } from 'node:util'
import type { Call, Db } from '../../context.ts'
import type { Operation, OperationKind, Prisma } from '../../generated/prisma/client.ts'
import { keyReused } from '../operations/key-reused.ts'

/** What a request asks for; `serverId` is open in an order, which makes its server. */
export interface Wanted { kind: OperationKind, serverId?: string, input: Prisma.InputJsonObject }

/**
 * The operation that this person asked for earlier with the same idempotency key, or null. It is looked for before anything is judged,
 * because the first request may have changed what is possible.
 * @throws AppError conflict `idempotency_key_reused` when the key stands for another request
 */
export async function findRepeated(db: Db, call: Call, key: string | null, wanted: Wanted): Promise<Operation | null> {
  if (key === null) return null
  const operation = await db.operation.findFirst({ where: { actorId: call.user.id, idempotencyKey: key } })
  if (!operation) return null
  const isSame = operation.kind === wanted.kind
    && (wanted.serverId === undefined || operation.serverId === wanted.serverId)
    && isDeepStrictEqual(operation.input, wanted.input)
  if (!isSame) throw keyReused()
  return operation
}

/**
 * Lets requests with the same key of one person pass one after the other until the transaction ends, so that the second sees what
 * the first has written. Without a key there is nothing to wait for.
 */
export async function queueByKey(tx: Db, call: Call, key: string | null): Promise<void> {
  if (key === null) return
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`operation ${call.user.id} ${key}`}, 0))`
}
