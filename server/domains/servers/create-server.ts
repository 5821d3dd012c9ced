import { FeaturesSchema, type Features } from '#shared/schemas/features.ts'
import type { Accepted, CreateServer } from '#shared/schemas/servers.ts'
import type { Call, Db } from '../../context.ts'
import { conflict, invalidField } from '../../errors.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { askOperation } from '../operations/ask-operation.ts'
import { requireCustomer } from '../people/require-customer.ts'
import { toAccepted } from './accepted.ts'
import { PATIENT } from './change-server.ts'
import { findRepeated, queueByKey } from './find-repeated.ts'
import { insertWithReference } from './insert-with-reference.ts'
import { loadServer } from './load-server.ts'

/**
 * Gives a customer a server of a plan: the row and its create operation, in one transaction. The operation freezes what the plan says
 * now, so a later change of the plan does not touch an order under way. The same key again answers with the first server.
 * @throws AppError invalid_input for `customerId` or `planId`, conflict when the plan's features are broken or the key was used for another order
 */
export async function createServer(call: Call, input: CreateServer, idempotencyKey: string | null): Promise<Accepted> {
  const order = toOrder(input)
  const operation = await call.db.$transaction(async (tx) => {
    await queueByKey(tx, call, idempotencyKey)
    const wanted = { kind: 'create', input: order } as const
    const repeated = await findRepeated(tx, call, idempotencyKey, wanted)
    if (repeated) return repeated

    await requireCustomer(tx, order.customerId)
    const features = await requireFeatures(tx, order.planId)
    const operatingSystemId = order.operatingSystemId ?? features.virtfusion_operating_system_id ?? null
    const server = await insertWithReference(tx, (reference) => ({ ...order, name: order.name ?? reference, operatingSystemId }))
    const asked = await askOperation(tx, call, { ...wanted, serverId: server.id, idempotencyKey })
    await recordAudit(tx, call, {
      action: 'server.created', entity: 'server', entityId: server.id, entityName: server.name,
      after: { ...order, name: server.name, reference: server.reference, operationId: asked.operation.id },
    })
    await call.events.publish(tx, { type: 'server', serverId: server.id }, { admins: true, userId: order.customerId })
    return asked.operation
  }, PATIENT)
  return toAccepted(call, { operation, server: await loadServer(call, operation.serverId) })
}

/** The order with nothing left open: what a repeated request is compared with. */
function toOrder(input: CreateServer) {
  return {
    customerId: input.customerId,
    planId: input.planId,
    name: input.name ?? null,
    hostname: input.hostname ?? null,
    operatingSystemId: input.operatingSystemId ?? null,
    overrides: (input.overrides ?? {}) as Prisma.InputJsonObject,
  }
}

async function requireFeatures(tx: Db, planId: string): Promise<Features> {
  const plan = await tx.plan.findUnique({ where: { id: planId }, select: { isActive: true, features: true } })
  if (!plan) throw invalidField('planId', 'There is no such plan.')
  if (!plan.isActive) throw invalidField('planId', 'This plan is switched off. Switch it on, or choose another.')
  const features = FeaturesSchema.safeParse(plan.features)
  if (!features.success) throw conflict(`The plan's features do not fit: ${features.error.issues[0]?.message ?? 'unknown'} Mend the plan first.`, 'plan_features_invalid')
  return features.data
}
