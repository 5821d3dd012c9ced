/**
 * The fields that the audit log may hold, for all entities. What is not named here is dropped, so a secret can't slip in
 * with an object that was passed whole. Add a field when an act has more to tell.
 */
const AUDIT_FIELDS = [
  'name', 'email', 'role', 'isDisabled', 'hasPassword', 'passwordChanged', 'sessionsEnded', 'expiresAt', 'isReset',
  'description', 'isActive', 'features', 'plan', 'planId', 'customer', 'customerId',
  'apiUrl', 'apiUrlSource', 'caFingerprint', 'ownerMode', 'tokenChanged', 'tokenHint', 'tokenIsSet', 'tokenSource', 'ok', 'version', 'diagnosis',
  'reference', 'hostname', 'operatingSystemId', 'overrides', 'lifecycle', 'suspension', 'power', 'virtfusionServerId', 'virtfusionUuid', 'virtfusionUserId',
  'kind', 'state', 'step', 'action', 'reason', 'decision', 'delayMinutes', 'heldBy', 'dueAt', 'deletion', 'operationId', 'serverId', 'cause', 'code', 'minutes',
  'isProtected', 'suspensionPolicy', 'harmPerHour', 'harmPercentPerHour', 'count', 'operationIds',
  'serversDetached', 'operationsStopped', 'by', 'virtfusionExtRelationId', 'panelName', 'panelEmail',
  'whenNotFound', 'sendAgainMinutes', 'buildAgain',
  'field', 'planValue', 'ourValue', 'panelValue',
  'mode', 'userId', 'runId', 'packageId', 'hypervisorGroupId', 'premise', 'leftovers',
  // What Berth went into safe mode for.
  'expected', 'found', 'from', 'to', 'part', 'known', 'kept', 'person', 'missing', 'fleet', 'allowed', 'exchanged',
] as const

export type AuditField = (typeof AUDIT_FIELDS)[number]
export type AuditFields = { readonly [Field in AuditField]?: unknown }

const ALLOWED_FIELDS: ReadonlySet<string> = new Set(AUDIT_FIELDS)

/** Inside of nested values (features hold keys that Berth does not know) names like these are dropped as well. */
const SECRET_NAME = /password|secret|token(?!Changed$|Hint$|IsSet$|Source$)|credential|authorization|cookie|hash/i

/** A copy of what changed that is safe to keep for ever. Null when nothing is left to say. */
export function allowedFields(value: Record<string, unknown> | null | undefined): Record<string, unknown> | null {
  if (!value) return null
  const kept = Object.entries(value).filter(([key, inner]) => ALLOWED_FIELDS.has(key) && inner !== undefined)
  return kept.length ? Object.fromEntries(kept.map(([key, inner]) => [key, withoutSecrets(inner)])) : null
}

function withoutSecrets(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !SECRET_NAME.test(key)).map(([key, inner]) => [key, withoutSecrets(inner)]))
}
