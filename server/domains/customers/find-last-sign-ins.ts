import type { Db } from '../../context.ts'

/** When each of these people last signed in, by the audit log: sessions come and go. Whoever never did is not in the map. */
export async function findLastSignIns(db: Db, ids: readonly string[]): Promise<Map<string, Date>> {
  if (ids.length === 0) return new Map()
  const rows = await db.$queryRaw<{ id: string, at: Date | null }[]>`
    select asked.id, (
      select event.created_at from audit_events event where event.entity = 'person' and event.entity_id = asked.id and event.action in ('session.started', 'invitation.accepted')
      order by event.created_at desc, event.id desc limit 1
    ) as at from unnest(${[...ids]}::text[]) as asked(id)`
  return new Map(rows.flatMap(({ id, at }) => (at ? [[id, at] as const] : [])))
}
