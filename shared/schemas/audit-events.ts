import { z } from '../zod.ts'
import { ActorSchema, IdSchema, MomentSchema, PageQuerySchema, pageOf } from './common.ts'

/** What a line of the audit log can be about. */
export const AUDIT_ENTITIES = ['server', 'orphan', 'operation', 'plan', 'customer', 'alarm', 'settings', 'person', 'admin'] as const
export type AuditEntity = typeof AUDIT_ENTITIES[number]

export const AuditEventSchema = z.object({
  id: IdSchema,
  createdAt: MomentSchema,
  actor: ActorSchema,
  /** Past tense: `plan.created`. */
  action: z.string(),
  text: z.string(),
  entity: z.string(),
  entityId: z.string().nullable(),
  entityName: z.string().nullable(),
  /** It has no page any more: it was deleted. */
  isGone: z.boolean(),
  before: z.unknown(),
  after: z.unknown(),
  ipAddress: z.string().nullable(),
  requestId: z.string().nullable(),
})
export type AuditEvent = z.infer<typeof AuditEventSchema>
export const AuditEventListSchema = pageOf(AuditEventSchema)
export const AuditEventQuerySchema = PageQuerySchema.extend({
  entity: z.string().max(40).optional(),
  entityId: z.string().max(60).optional(),
  actorId: IdSchema.optional(),
})
export type AuditEventQuery = z.infer<typeof AuditEventQuerySchema>
