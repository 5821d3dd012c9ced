import { givesWay } from '#shared/lifecycle/operations.ts'
import type { ServerAction } from '#shared/lifecycle/servers.ts'
import type { Call, Db } from '../../context.ts'
import type { Operation, OperationKind, Prisma } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import type { AuditFields } from '../audit/rules.ts'
import { askOperation } from '../operations/ask-operation.ts'
import { supersedeOperation } from '../operations/supersede-operation.ts'
import { findRepeated, queueByKey } from './find-repeated.ts'
import { loadServer } from './load-server.ts'
import type { LoadedServer } from './load-servers.ts'
import { requireAllowed } from './require-allowed.ts'

/** What every change of a server takes from its route. */
export interface ChangeRequest {
  serverId: string
  /** The request's Idempotency-Key header. */
  idempotencyKey: string | null
}

export interface Change {
  action: ServerAction
  kind: OperationKind
  input?: Prisma.InputJsonObject
  /** What the operation knows from the start. */
  memory?: Prisma.InputJsonObject
  /** A deletion that waits: not before this moment. */
  dueAt?: Date
  /** Why, where it is not simply asked for. */
  cause?: string
  /** Closer rules of this change. @throws AppError */
  check?(server: LoadedServer, tx: Db): void | Promise<void>
  /** What our row says from now on about what is wanted. What the panel has done is told by the engine alone. */
  patch?: Prisma.ServerUpdateInput
  audit: { action: string, before?: AuditFields, after: AuditFields }
}

export interface AskedChange { operation: Operation, server: LoadedServer }

/**
 * The one shape of all changes: find the server among those that the caller may see, judge, end what gives way, ask for the operation, record
 * it. The row is locked meanwhile, so that two requests at once are judged one after the other. The same key again answers with the first operation.
 * @throws AppError not_found, conflict with the rule's reason
 */
export async function changeServer(call: Call, { serverId, idempotencyKey }: ChangeRequest, change: Change): Promise<AskedChange> {
  const operation = await call.db.$transaction(async (tx) => {
    await lockServer(tx, call, serverId)
    const server = await loadServer(call, serverId, tx)
    await queueByKey(tx, call, idempotencyKey)
    const wanted = { kind: change.kind, serverId, input: change.input ?? {} }
    const repeated = await findRepeated(tx, call, idempotencyKey, wanted)
    if (repeated) return repeated

    requireAllowed(call, server, change.action)
    await change.check?.(server, tx)
    if (!change.dueAt) await makeWay(tx, call, server, change.kind)
    const asked = await askOperation(tx, call, { ...wanted, idempotencyKey, memory: change.memory ?? {}, ...(change.dueAt ? { dueAt: change.dueAt } : {}), ...(change.cause ? { cause: change.cause } : {}) })
    // After it: the operation keeps what was wanted before.
    if (change.patch) await tx.server.update({ where: { id: serverId }, data: { ...change.patch, version: { increment: 1 } }, select: { id: true } })
    await recordAudit(tx, call, {
      action: change.audit.action, entity: 'server', entityId: serverId, entityName: server.name,
      before: change.audit.before ?? null,
      after: { reference: server.reference, operationId: asked.operation.id, ...change.audit.after },
    })
    await call.events.publish(tx, { type: 'server', serverId }, { admins: true, userId: server.customerId })
    return asked.operation
  }, PATIENT)
  return { operation, server: await loadServer(call, serverId) }
}

/** What gives way to this change ends in the transaction that stores it, so that two admins at once still ask for one. A deletion that waits for its day holds no place yet. */
async function makeWay(tx: Db, call: Call, { operation }: LoadedServer, kind: OperationKind): Promise<void> {
  if (operation && givesWay(operation, kind)) await supersedeOperation(tx, call, { id: operation.id, by: kind })
}

/** Sixty-four requests at once wait for a connection rather than fail. */
export const PATIENT = { maxWait: 15_000, timeout: 15_000 }

async function lockServer(tx: Db, { user }: Call, serverId: string): Promise<void> {
  const onlyOf = user.role === 'admin' ? null : user.id
  await tx.$queryRaw`select id from servers where id = ${serverId}::uuid and (${onlyOf}::uuid is null or customer_id = ${onlyOf}::uuid) for update`
}
