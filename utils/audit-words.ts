import type { AuditEntity } from '#shared/schemas/audit-events.ts'

/** The kinds of things that the audit log speaks of, as the filter names them. */
export const AUDIT_ENTITY_LABELS: Record<AuditEntity, string> = {
  server: 'Servers',
  orphan: 'Orphans',
  operation: 'Operations',
  plan: 'Plans',
  customer: 'Customers',
  alarm: 'Safety alarms',
  settings: 'Settings',
  person: 'Sign-ins and accounts',
  admin: 'Admins',
}

const PAGES: Record<string, string> = { server: '/admin/servers', operation: '/admin/operations', plan: '/admin/plans', customer: '/admin/customers' }

/** The page of the thing that was changed; null where it has none. */
export function auditLink(entity: string, entityId: string | null): string | null {
  const page = PAGES[entity]
  return page && entityId ? `${page}/${entityId}` : null
}

export interface AuditChange { field: string, before: string, after: string }

/** What differs between before and after, field by field; a thing that was made or deleted has one side only. */
export function auditChanges(before: unknown, after: unknown): AuditChange[] {
  const [old, current] = [asRecord(before), asRecord(after)]
  return [...new Set([...Object.keys(old), ...Object.keys(current)])]
    .map((key) => ({ field: fieldWords(key), before: valueWords(old[key]), after: valueWords(current[key]) }))
    .filter((change) => change.before !== change.after)
}

/** `isDisabled` reads as `Is disabled`. */
function fieldWords(key: string): string {
  const words = key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function valueWords(value: unknown): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
