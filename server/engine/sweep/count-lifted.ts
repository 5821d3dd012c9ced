import { SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Db } from '../../context.ts'
import { readSafeModeLeft } from '../identity/read-safe-mode.ts'
import { SUSPENSION_ENFORCED } from '../run.ts'

/**
 * How many servers run at the panel although they are to be suspended, so that the policy `enforce` would have them suspended again (the rule of
 * `mayEnforce`, over all of them). Under `off` nothing else tells of them.
 */
export async function countLifted(db: Db): Promise<number> {
  const left = await readSafeModeLeft(db)
  const [row] = await db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from servers s
    left join lateral (
      select kind, state, cause, created_at, finished_at from operations
      where server_id = s.id and kind in ('suspend', 'unsuspend') order by created_at desc, id desc limit 1
    ) last on true
    where s.desired_suspended and s.suspended_at is null and s.lifecycle = 'active' and s.virtfusion_server_id is not null and s.vanished_at is null
      -- What was suspended without a read that shows it may well be so.
      and s.observed_at is not null and (last.finished_at is null or s.observed_at > last.finished_at)
      and not coalesce(last.state = 'failed' and last.cause = ${SUSPENSION_ENFORCED} or last.state = 'cancelled' and last.kind = 'suspend', false)
      and (${left}::timestamptz is null or last.created_at >= ${left}::timestamptz)
      and not exists (select from drift_findings f where f.server_id = s.id and f.field = 'suspension' and f.state = 'ignored')
      and not exists (select from operations o where o.server_id = s.id and o.state in ('queued', 'running', 'waiting', 'needs_attention') and o.step <> ${SCHEDULED_STEP})`
  return row?.count ?? 0
}
