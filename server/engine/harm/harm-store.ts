import { allowedHarm, isHarmful } from '#shared/lifecycle/harm.ts'
import { ACTIVE_STATES, isFinal, type OperationKind } from '#shared/lifecycle/operations.ts'
import type { Db, Services } from '../../context.ts'
import { notify } from '../../domains/notifications/notify.ts'
import { readGroup } from '../../domains/settings/registry.ts'
import { isRecent } from '../stored-times.ts'
import { decideHarm } from './decide-harm.ts'
import { HELD_CODE } from './held-operations.ts'

/** Key of the advisory lock under which harm is counted: "harm" in ASCII. */
const LOCK = 0x6861726d

/** Many workers at once wait for their turn rather than fail. */
const PATIENT = { maxWait: 30_000, timeout: 15_000 }

export interface Spend { operationId: string, serverId: string, kind: OperationKind }

/**
 * Asks for a place among the suspensions, deletions and rebuilds of this hour, right before the call is sent. `pass` is written down
 * before it is answered, so that a crash can only count too many. Within the hour the same operation is counted once; a place that is
 * older says nothing about this hour, and many that were held up elsewhere would all go at once. `hold` means that an alarm stands and
 * that an admin has to confirm the operation, which bears a mark until he decides; or that it is over, for he has called it off. Call it
 * outside of transactions: it holds a lock that all workers share.
 */
export async function spendHarm(services: Services, { operationId, serverId, kind }: Spend): Promise<'pass' | 'hold'> {
  if (!isHarmful(kind)) return 'pass'
  // Read before the lock, which is then held shortly.
  const { value: settings } = await readGroup(services.db, 'safety')
  return inLine(services.db, () => services.db.$transaction(async (tx) => {
    await lockHarm(tx)
    // Admins decide under the lock as well; what they called off without it lost its lease, and is refused when its call is written down.
    const { state, harmApprovedAt, harmHeldAt } = await tx.operation.findUniqueOrThrow({ where: { id: operationId }, select: { state: true, harmApprovedAt: true, harmHeldAt: true } })
    if (isFinal(state)) return 'hold'
    const use = await readHarmUse(tx)
    const earlier = await tx.harmEvent.findUnique({ where: { operationId }, select: { createdAt: true } })
    const hasPlace = earlier !== null && isRecent(earlier.createdAt, use.now, HOUR_MS)
    const decision = hasPlace
      ? 'pass'
      : decideHarm({ kind, settings, isApproved: harmApprovedAt !== null, isAlarmOpen: use.openAlarmId !== null, letThroughLastHour: use.counted, fleet: use.fleet })
    if (decision === 'pass' && !hasPlace) await takePlace(tx, { operationId, serverId, kind }, use.now)
    if (decision === 'alarm') await openAlarm(tx, services, use, allowedHarm(settings, use.fleet))
    if ((decision === 'pass') === (harmHeldAt !== null)) await markHeld(tx, operationId, decision === 'pass' ? null : use.now)
    return decision === 'pass' ? 'pass' : 'hold'
  }, PATIENT))
}

/** One that was called off while this waited for its row stays as it is. */
async function markHeld(tx: Db, id: string, at: Date | null): Promise<void> {
  await tx.operation.updateMany({ where: { id, state: { in: ACTIVE_STATES } }, data: { harmHeldAt: at } })
}

const HOUR_MS = 3_600_000

async function takePlace(tx: Db, spend: Spend, createdAt: Date): Promise<void> {
  await tx.harmEvent.upsert({ where: { operationId: spend.operationId }, create: { ...spend, createdAt }, update: { createdAt }, select: { id: true } })
}

const lines = new WeakMap<object, Promise<unknown>>()

/** One after the other within this process: a process that waits for the lock must not do so with every connection that it has. */
function inLine<T>(line: object, work: () => Promise<T>): Promise<T> {
  const turn = (lines.get(line) ?? Promise.resolve()).then(work)
  lines.set(line, turn.catch(() => {})) // the caller gets the error; the next one has its turn all the same
  return turn
}

/** Whoever counts or decides goes one after the other, or two workers would both take the last place. */
export async function lockHarm(tx: Db): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${LOCK}::bigint)`
}

export interface HarmUse { now: Date, counted: number, fleet: number, openAlarmId: string | null }

/**
 * What was let through in the last hour and since the last decision, without what an admin has confirmed. All times are the database's,
 * so that the clock of a process has no say. What seems to lie far ahead was written before that clock was set back: it no longer counts,
 * and neither does such a decision, which would let everything pass until then.
 */
export async function readHarmUse(db: Db): Promise<HarmUse> {
  const [use] = await db.$queryRaw<HarmUse[]>`
    with begin as (
      select greatest(clock_timestamp() - interval '1 hour', (select max(decided_at) from harm_alarms where decided_at <= clock_timestamp())) as at
    )
    select clock_timestamp() as now,
      (select count(*)::int from harm_events e join operations o on o.id = e.operation_id
        where o.harm_approved_at is null and e.created_at > (select at from begin) and e.created_at < clock_timestamp() + interval '1 hour') as counted,
      (select count(*)::int from servers where lifecycle <> 'deleted' and virtfusion_server_id is not null) as fleet,
      (select id from harm_alarms where decided_at is null) as "openAlarmId"`
  if (!use) throw new Error('Counting gave no row.')
  return use
}

async function openAlarm(tx: Db, services: Services, { now, counted, fleet }: HarmUse, allowed: number): Promise<void> {
  const { id } = await tx.harmAlarm.create({ data: { counted, allowed, fleet, createdAt: now }, select: { id: true } })
  await notify(tx, services, { to: 'admins', level: 'error', code: HELD_CODE, params: { counted, allowed }, link: '/admin/safety', dedupeKey: `${HELD_CODE}:${id}` })
  await services.events.publish(tx, { type: 'panel' }, { admins: true })
}
