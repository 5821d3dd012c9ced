import type { Services } from '../context.ts'
import { notify } from '../domains/notifications/notify.ts'
import type { VirtFusionClient } from '../virtfusion/client.ts'
import { callSilently } from './call-silently.ts'
import { forgetOldMinutes, writePanelCalls } from './count-panel-call.ts'
import { clockDifference, daysUntil, decideCertificateNotice } from './decide-panel-health.ts'
import { isRecent } from './stored-times.ts'

/** Asks the panel whether it is there, lets the answer count for its health, and keeps what it tells of clock, certificate and version. Nothing happens while no panel is set. */
export async function watchPanel(services: Services): Promise<void> {
  const client = await services.panel.client()
  if (!client) return
  const { connection } = client
  const answer = await callSilently(services, { describe: () => connection.connect.request(), send: (via) => connection.connect({ retries: 0, ...via }) })
  await recordFacts(services, client, answer.panelDate)
  // Asked each time: a panel that has no such call today may have it after its next update.
  if (answer.ok && answer.value.version === null) await callSilently(services, { describe: () => connection.status.request(), send: (via) => connection.status({ retries: 0, ...via }) })
  await writePanelCalls(services)
  await forgetOldMinutes(services)
}

async function recordFacts(services: Services, client: VirtFusionClient, panelDate: Date | null): Promise<void> {
  const now = services.now()
  const validTo = client.certificateValidTo()
  const facts = {
    watchedAt: now,
    ...(panelDate ? { clockDifferenceSeconds: clockDifference(panelDate, now) } : {}),
    // Not seen in this process yet is no news; without TLS there is none.
    ...(validTo || client.origin.startsWith('http:') ? { certificateValidTo: validTo } : {}),
  }
  await services.db.$transaction(async (tx) => {
    await tx.panelHealth.upsert({ where: { id: 'default' }, create: { id: 'default', ...facts }, update: facts, select: { id: true } })
    const days = validTo && daysUntil(validTo, now)
    const notice = days === null ? null : decideCertificateNotice(days)
    if (!validTo || notice === null) return
    await notify(tx, services, {
      to: 'admins', level: 'warning', code: 'panel_certificate_expires', link: '/admin',
      params: { host: new URL(client.origin).hostname, days, validTo: validTo.toISOString() },
      dedupeKey: `panel_certificate_expires:${validTo.toISOString()}:${notice}`,
    })
  })
}

/** Heard from within this long, nobody needs to ask. */
const QUIET_MS = 60_000
/** After a first failure it is looked at again sooner: an outage should be known within seconds. */
const DOUBT_MS = 4_000
/** However busy the connection is: only the watch learns version, clock and certificate. */
const LONGEST_MS = 10 * 60_000

/** Whether it is time to ask. */
export async function isWatchDue({ db, now }: Pick<Services, 'db' | 'now'>): Promise<boolean> {
  const health = await db.panelHealth.findUnique({ where: { id: 'default' }, select: { isReachable: true, failuresInARow: true, lastSuccessAt: true, lastFailureAt: true, watchedAt: true } })
  if (!health) return true
  const time = now()
  const quietMs = health.failuresInARow > 0 ? DOUBT_MS : QUIET_MS
  const isHeard = isRecent(health.lastSuccessAt, time, quietMs) || isRecent(health.lastFailureAt, time, quietMs)
  return !isHeard || !isRecent(health.watchedAt, time, LONGEST_MS)
}
