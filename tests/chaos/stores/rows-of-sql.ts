import type pg from 'pg'

/** All that a store holds, in plain values that two stores can be compared by: times in ms, keys as the code names them. */
export type Rows = Record<string, unknown>

const SNAPSHOT = `select json_build_object(
  'operations', (select json_agg(o order by id) from operations o),
  'servers', (select json_agg(s order by id) from servers s),
  'panelUsers', (select json_agg(json_build_object('id', id, 'virtfusion_user_id', virtfusion_user_id) order by id) from users where role = 'customer'),
  'escrowUsers', (select json_agg(json_build_object('relation', relation, 'virtfusion_user_id', virtfusion_user_id, 'operation_id', operation_id, 'gone_at', gone_at) order by relation) from escrow_users),
  'formerPanelUsers', (select json_agg(json_build_object('virtfusion_user_id', virtfusion_user_id, 'customer_id', customer_id, 'forgotten_at', forgotten_at) order by virtfusion_user_id, customer_id) from former_panel_users),
  'attempts', (select json_agg(to_jsonb(l) - 'sequence' order by id) from provisioning_logs l),
  'events', (select json_agg(to_jsonb(e) - 'id' - 'created_at' order by hash) from operation_events e),
  'orphans', (select json_agg(json_build_object('virtfusion_server_id', virtfusion_server_id, 'virtfusion_uuid', virtfusion_uuid, 'operation_id', operation_id, 'seen_at', first_seen_at) order by virtfusion_uuid) from orphans),
  'harm', (select json_agg(json_build_object('operation_id', operation_id, 'at', created_at) order by operation_id) from harm_events),
  'harmAlarmSince', (select created_at from harm_alarms where decided_at is null),
  'notices', (select json_agg(dedupe_key order by dedupe_key) from (select distinct dedupe_key from notifications where dedupe_key !~ '^(owner_blocked|mass_harm_stopped|server_vanished):') n),
  'audits', (select json_agg(json_build_object('action', action, 'operation_id', entity_id) order by action, entity_id) from audit_events where actor_kind = 'system'),
  'probedAt', (select last_failure_at from panel_health where paused_at is not null)
) as rows`

/** Reads everything in one statement. */
export async function readSqlRows(pool: pg.Pool): Promise<Rows> {
  const { rows } = await pool.query<{ rows: Rows }>({ name: 'snapshot', text: SNAPSHOT })
  return toPlain(rows[0]?.rows ?? {}) as Rows
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/** The time of the last change nobody judges by; since when a server is missing the tables in memory keep elsewhere, and what is made of it is an answer. */
const LEFT_OUT = new Set(['updatedAt', 'updated_at', 'absentSince'])

/** Times as ms, `snake_case` keys of columns as properties, nothing for what is undefined or left out. */
export function toPlain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') return value[10] === 'T' && MOMENT.test(value) ? Date.parse(value) : value
  if (value instanceof Set) return [...value as Set<number>].sort()
  if (Array.isArray(value)) return value.map(toPlain)
  if (typeof value !== 'object' || value === null) return value
  const plain: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const entry = (value as Record<string, unknown>)[key]
    if (entry !== undefined && !LEFT_OUT.has(key)) plain[propertyOf(key)] = toPlain(entry)
  }
  return plain
}

const properties = new Map<string, string>()
/** The property that a column is; there are few and each is asked for a thousand times a life. */
function propertyOf(column: string): string {
  const known = properties.get(column)
  if (known !== undefined) return known
  const property = column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  properties.set(column, property)
  return property
}
