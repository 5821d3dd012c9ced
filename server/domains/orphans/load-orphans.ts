import { z } from 'zod'
import { isUndecidedCreate, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { OrphanSchema } from '#shared/schemas/orphans.ts'
import type { Db } from '../../context.ts'
import type { Orphan } from '../../generated/prisma/client.ts'
import { findNames } from '../people/find-names.ts'

const ObservationSchema = z.object({
  created: z.iso.datetime().nullable().catch(null), suspended: z.boolean().nullable().catch(null), protected: z.boolean().nullable().catch(null),
  commissionStatus: z.number().nullable().catch(null),
}).catch({ created: null, suspended: null, protected: null, commissionStatus: null })

const BRIEF = { id: true, reference: true, name: true } as const
const HOLDER = { ...BRIEF, lifecycle: true, deletionRequestedAt: true, deletionDueAt: true } as const

/** Orphans as the page shows them, in a fixed number of queries however many they are. */
export async function describeOrphans(db: Db, rows: readonly Orphan[]): Promise<(orphan: Orphan) => z.input<typeof OrphanSchema>> {
  const owners = known(rows.map(({ virtfusionOwnerId }) => virtfusionOwnerId))
  const serverIds = known(rows.map(({ serverId }) => serverId))
  const [operations, servers, halted, customers, names] = await Promise.all([
    db.operation.findMany({
      where: { id: { in: known(rows.map(({ operationId }) => operationId)) } }, select: { id: true, kind: true, state: true, server: { select: { ...BRIEF, virtfusionServerId: true } } },
    }),
    db.server.findMany({ where: { id: { in: serverIds } }, select: HOLDER }),
    db.operation.findMany({ where: { serverId: { in: serverIds }, kind: 'delete', step: SCHEDULED_STEP, state: 'needs_attention' }, select: { serverId: true } }),
    db.user.findMany({ where: { role: 'customer', virtfusionUserId: { in: owners } }, select: { id: true, name: true, email: true, virtfusionUserId: true } }),
    findNames(db, rows.map(({ decidedById }) => decidedById)),
  ])
  const operationOf = new Map(operations.map((operation) => [operation.id, operation]))
  const serverOf = new Map(servers.map((server) => [server.id, server]))
  const isHalted = new Set(halted.map(({ serverId }) => serverId))
  const customerOf = new Map(customers.map((customer) => [customer.virtfusionUserId, customer]))
  return (orphan) => {
    const seen = ObservationSchema.parse(orphan.observation)
    const operation = operationOf.get(orphan.operationId ?? '')
    const holder = serverOf.get(orphan.serverId ?? '')
    return {
      id: orphan.id,
      virtfusionServerId: orphan.virtfusionServerId,
      virtfusionUuid: orphan.virtfusionUuid,
      virtfusionOwnerId: orphan.virtfusionOwnerId,
      name: orphan.name,
      state: orphan.state,
      isSuspended: seen.suspended,
      isProtected: seen.protected,
      isBuilt: seen.commissionStatus === null ? null : seen.commissionStatus !== 0,
      madeAt: seen.created,
      operation: operation ? { id: operation.id, server: operation.server, isUndecided: isUndecidedCreate({ ...operation, isBound: operation.server.virtfusionServerId !== null }) } : null,
      suggestedCustomer: orphan.virtfusionOwnerId === null ? null : customerOf.get(orphan.virtfusionOwnerId) ?? null,
      server: holder ? { id: holder.id, reference: holder.reference, name: holder.name, lifecycle: holder.lifecycle } : null,
      deletion: orphan.state === 'deleting' && holder?.deletionDueAt
        ? { requestedAt: (holder.deletionRequestedAt ?? holder.deletionDueAt).toISOString(), dueAt: holder.deletionDueAt.toISOString(), isHalted: isHalted.has(holder.id) }
        : null,
      reason: orphan.reason,
      decidedBy: names.get(orphan.decidedById ?? '') ?? null,
      decidedAt: orphan.decidedAt?.toISOString() ?? null,
      firstSeenAt: orphan.firstSeenAt.toISOString(),
      lastSeenAt: orphan.lastSeenAt.toISOString(),
    }
  }
}

const known = <T>(values: readonly (T | null)[]): T[] => [...new Set(values.filter((value) => value !== null))]
