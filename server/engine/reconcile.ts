import type { Services } from '../context.ts'
import { scheduleOperation } from './schedule-operation.ts'

const LIMIT = 500

/** A job is taken a moment before its operation is claimed. */
const CLAIM_SECONDS = 10

/**
 * Finds operations that should be worked on and have no job: after a lost commit, a queue that was emptied by hand, a job that used up
 * its tries. The same for those whose worker is silent while its job stays locked: a process that stands still keeps its connections,
 * and with them its jobs. They get one again. Resolves to how many there were.
 */
export async function reconcile({ db, log }: Pick<Services, 'db' | 'log'>): Promise<number> {
  const forgotten = await db.$queryRaw<{ id: string }[]>`
    select o.id from operations o
    where o.state in ('queued', 'running', 'waiting')
      and (o.lease_expires_at is null or o.lease_expires_at < now())
      and (o.next_attempt_at is null or o.next_attempt_at < now() - interval '2 s')
      and o.updated_at < now() - interval '2 s'
      and not exists (select from graphile_worker._private_jobs j where j.key = 'operation:' || o.id
        and j.locked_at is null and j.attempts < j.max_attempts and j.run_at < now() + interval '10 s')
      and (o.lease_expires_at is not null or not exists (select from graphile_worker._private_jobs j
        where j.locked_at > now() - make_interval(secs => ${CLAIM_SECONDS}) and j.payload->>'operationId' = o.id::text))
    order by o.created_at limit ${LIMIT}`
  for (const { id } of forgotten) await scheduleOperation(db, id)
  if (forgotten.length > 0) log.warn({ count: forgotten.length }, 'operations without a job were put in line again')
  return forgotten.length
}
