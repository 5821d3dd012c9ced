import type { AuditEntity } from '#shared/schemas/audit-events.ts'
import type { CurrentUser, Db, Services } from '../../context.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { allowedFields, type AuditField, type AuditFields } from './rules.ts'

/** Who acts: a call (its person), or bare services when Berth itself does. */
export type AuditSource = Services & { user?: CurrentUser | null, requestId?: string, ipAddress?: string | null }

export interface AuditEntry {
  /** `noun.pastTense`, for example `plan.created`. Its words stand in `server/messages/en/audit.ts`. */
  action: string
  entity: AuditEntity
  entityId?: string | null
  entityName?: string | null
}

/** Fields of the allow-list in `rules.ts` and no others: what is not on it would be dropped, so it does not compile. Of a spread that is seen only where its source names its fields: no records here. */
type Only<Fields> = Fields & { [Field in Exclude<keyof Fields, AuditField>]: never }

interface Sides<Before, After> { before?: Only<Before> | null, after?: Only<After> | null }

/** Writes one line of the audit log, in the transaction of the act itself. Of its source only the person, the request and the address are read. */
export async function recordAudit<Before extends AuditFields, After extends AuditFields>(tx: Db, source: Partial<AuditSource>, entry: AuditEntry & Sides<Before, After>): Promise<void> {
  const user = source.user ?? null
  await tx.auditEvent.create({
    data: {
      actorKind: user ? 'person' : 'system',
      actorId: user?.id ?? null,
      actorName: user?.name ?? 'Berth',
      action: entry.action,
      entity: entry.entity,
      entityId: entry.entityId ?? null,
      entityName: entry.entityName ?? null,
      before: toJson(entry.before),
      after: toJson(entry.after),
      ipAddress: source.ipAddress ?? null,
      requestId: source.requestId ?? null,
    },
    select: { id: true },
  })
}

function toJson(value: AuditFields | null | undefined) {
  const kept = allowedFields(value)
  return kept ? kept as Prisma.InputJsonObject : Prisma.DbNull
}
