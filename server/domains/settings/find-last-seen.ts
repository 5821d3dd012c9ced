import type { Db } from '../../context.ts'

/** When the panel last answered each of these operations, by the rows of the calls since then: before, it was another panel, or another token. What was never answered is not in the map. */
export async function findLastSeen(db: Db, operations: string[], since: Date | null): Promise<Map<string, Date>> {
  const rows = await db.$queryRaw<{ action: string, at: Date | null }[]>`
    select asked.action, (
      select log.created_at from provisioning_logs log where log.action = asked.action and log.http_status is not null
        and (${since}::timestamptz is null or log.created_at > ${since}::timestamptz)
      order by log.created_at desc, log.id desc limit 1
    ) as at from unnest(${operations}::text[]) as asked(action)`
  return new Map(rows.flatMap(({ action, at }) => (at ? [[action, at] as const] : [])))
}
