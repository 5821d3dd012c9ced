import { SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Services } from '../context.ts'
import { LEASE_SECONDS } from './lease.ts'
import { scheduleOperation } from './schedule-operation.ts'
import { AHEAD } from './stored-times.ts'

const LIMIT = 500

/** A job is taken a moment before its operation is claimed. */
const CLAIM_SECONDS = 10

/**
 * Finds operations that should be worked on and have no job: after a lost commit, a queue that was emptied by hand, a job that used up
 * its tries. The same for those whose worker is silent while its job stays locked: a process that stands still keeps its connections,
 * and with them its jobs. They get one again. Resolves to how many there were.
 */
export async function reconcile({ db, log }: Pick<Services, 'db' | 'log'>): Promise<number> {
  await moveTimes({ db, log })
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

/**
 * A clock that ran ahead leaves times behind that do not come once it is set back: operations wait for them, and leases of the dead do not
 * end. What it has written moves by as much as it was ahead. When a deletion is due is a date that somebody chose, and stays.
 */
async function moveTimes({ db, log }: Pick<Services, 'db' | 'log'>): Promise<void> {
  const moved = await db.$queryRaw<{ id: string, nextAttemptAt: Date | null }[]>`
    update operations set next_attempt_at = now() + (next_attempt_at - updated_at), lease_expires_at = least(lease_expires_at, now() + make_interval(secs => ${LEASE_SECONDS})), updated_at = now()
    where state in ('queued', 'running', 'waiting') and step <> ${SCHEDULED_STEP} and updated_at > ${AHEAD}
    returning id, next_attempt_at as "nextAttemptAt"`
  for (const { id, nextAttemptAt } of moved) await scheduleOperation(db, id, nextAttemptAt)
  if (moved.length > 0) log.warn({ count: moved.length }, 'the clock was set back: operations that waited for later times were moved')
}
