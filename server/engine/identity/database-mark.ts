import type { Db } from '../../context.ts'

/**
 * What tells the running database from a restored or copied one: PostgreSQL's system identifier and timeline, and the numbers of this
 * database and of this table. The first two change with a restored cluster and a point-in-time recovery, the others with a dump that was
 * loaded again. Null where the role may not read it.
 */
export async function readDatabaseMark(db: Db): Promise<string | null> {
  // Asked before, for a refusal would break off the transaction that this may stand in.
  const [allowed] = await db.$queryRaw<{ ok: boolean }[]>`
    select has_function_privilege('pg_control_system()', 'execute') and has_function_privilege('pg_control_checkpoint()', 'execute') as ok`
  if (allowed?.ok !== true) return null
  const [row] = await db.$queryRaw<{ mark: string }[]>`
    select concat_ws(':', s.system_identifier, c.timeline_id, d.oid, 'panel_identity'::regclass::oid) as mark
    from pg_control_system() s, pg_control_checkpoint() c, pg_database d where d.datname = current_database()`
  return row?.mark ?? null
}
