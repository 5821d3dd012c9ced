import type { Services } from '../context.ts'
import { callSilently } from './call-silently.ts'

/** Asks the panel whether it is there, and lets the answer count for its health. Nothing happens while no panel is set. */
export async function watchPanel(services: Services): Promise<void> {
  const client = await services.panel.client()
  if (!client) return
  await callSilently(services, { describe: () => client.connection.connect.request(), send: (via) => client.connection.connect({ retries: 0, ...via }) })
}

/** Heard from within this long, nobody needs to ask. */
const QUIET_MS = 60_000
/** After a first failure it is looked at again sooner: an outage should be known within seconds. */
const DOUBT_MS = 4_000

/** Whether it is time to ask. */
export async function isWatchDue({ db, now }: Pick<Services, 'db' | 'now'>): Promise<boolean> {
  const health = await db.panelHealth.findUnique({ where: { id: 'default' }, select: { isReachable: true, failuresInARow: true, lastSuccessAt: true, lastFailureAt: true } })
  if (!health) return true
  const heard = Math.max(health.lastSuccessAt?.getTime() ?? 0, health.lastFailureAt?.getTime() ?? 0)
  const isInDoubt = health.failuresInARow > 0
  return now().getTime() - heard >= (isInDoubt ? DOUBT_MS : QUIET_MS)
}
