import type { WorkerHealth } from '#shared/schemas/worker-health.ts'
import type { Call, Db } from '../../context.ts'
import { WORKER_LOCKS } from '../../engine/jobs.ts'
import { Prisma } from '../../generated/prisma/client.ts'

/** A worker that is started anew, or handed over, is back long before. */
const SILENT_SECONDS = 60

/**
 * Whether somebody does what is due: `stalled` is since when and how much of it nobody does, while no worker is registered. What a worker
 * holds back (safe mode, a refused token, the breaker) it gives a later time, and a busy one is registered: neither is told as missing.
 */
export async function getWorkerHealth({ db }: Pick<Call, 'db'>): Promise<WorkerHealth> {
  const [due] = await db.$queryRaw<{ waiting: number, since: Date }[]>`
    select count(*)::int as waiting, min(due_at) as since
    from (select greatest(coalesce(next_attempt_at, updated_at), lease_expires_at) as due_at from operations where state in ('queued', 'running', 'waiting')) o
    where due_at <= now() having min(due_at) < now() - make_interval(secs => ${SILENT_SECONDS}::int)`
  if (!due || await isWorkerRegistered(db)) return { stalled: null }
  return { stalled: { waiting: due.waiting, since: due.since.toISOString() } }
}

async function isWorkerRegistered(db: Db): Promise<boolean> {
  const [found] = await db.$queryRaw<{ isThere: boolean }[]>`
    select exists (select ${Prisma.raw(WORKER_LOCKS)}) as "isThere"`
  return found?.isThere === true
}
