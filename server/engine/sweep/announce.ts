import type { Services } from '../../context.ts'
import { notify } from '../../domains/notifications/notify.ts'

/** Key of the advisory lock under which news are told: "news" in ASCII. */
const LOCK = 0x6e657773
const UNTOLD = { state: 'open', announcedAt: null } as const

/**
 * Tells the admins of the open differences and orphans of which nobody has told them yet, with one message each, whoever found them. They are
 * marked in the transaction of the message, so that each is told once. One that somebody holds at this moment is left to the next who tells.
 */
export async function announce(services: Services): Promise<void> {
  const { db } = services
  const [difference, orphan] = await Promise.all([
    db.driftFinding.findFirst({ where: UNTOLD, select: { id: true } }),
    db.orphan.findFirst({ where: UNTOLD, select: { id: true } }),
  ])
  if (!difference && !orphan) return
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${LOCK}::bigint)`
    const at = services.now()
    const differences = await tx.$executeRaw`
      update drift_findings set announced_at = ${at} where id in (select id from drift_findings where state = 'open' and announced_at is null for update skip locked)`
    const orphans = await tx.$executeRaw`
      update orphans set announced_at = ${at} where id in (select id from orphans where state = 'open' and announced_at is null for update skip locked)`
    const news = [{ code: 'drift_found', count: differences, tab: 'differences' }, { code: 'orphans_found', count: orphans, tab: 'orphans' }].filter(({ count }) => count > 0)
    for (const { code, count, tab } of news) await notify(tx, services, { to: 'admins', level: 'warning', code, params: { count }, link: `/admin/drift?tab=${tab}` })
  })
}
