import type { Customer } from '#shared/schemas/customers.ts'
import type { Prisma } from '../../generated/prisma/client.ts'

/** What is read of a customer. The password's hash is read for the question whether there is one, and goes no further. */
export const customerSelect = {
  id: true, name: true, email: true, disabledAt: true, isSample: true, passwordHash: true, virtfusionUserId: true, virtfusionExtRelationId: true, createdAt: true,
  sessions: { select: { lastSeenAt: true }, orderBy: { lastSeenAt: 'desc' }, take: 1 },
  _count: { select: { servers: { where: { lifecycle: { not: 'deleted' } } } } },
} satisfies Prisma.UserSelect

type CustomerRow = Prisma.UserGetPayload<{ select: typeof customerSelect }>

/** `lastSignInAt` is what the audit log knows beyond the sessions that still stand. */
export function serializeCustomer(row: CustomerRow, lastSignInAt: Date | null): Customer {
  const lastUseAt = row.sessions[0]?.lastSeenAt ?? null
  const lastSeenAt = lastUseAt && (!lastSignInAt || lastUseAt > lastSignInAt) ? lastUseAt : lastSignInAt
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    isDisabled: row.disabledAt !== null,
    isSample: row.isSample,
    hasPassword: row.passwordHash !== null,
    serverCount: row._count.servers,
    virtfusionUserId: row.virtfusionUserId,
    virtfusionExtRelationId: row.virtfusionExtRelationId,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}
