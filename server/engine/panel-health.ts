import { DATED_STEPS } from '#shared/lifecycle/operations.ts'
import type { Db, Services } from '../context.ts'
import { notify } from '../domains/notifications/notify.ts'
import { Prisma, type PanelHealth } from '../generated/prisma/client.ts'
import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import type { Exchange } from '../virtfusion/types.ts'
import type { PanelAnswer } from './call-panel.ts'
import { countPanelCall } from './count-panel-call.ts'
import { judgePanelSign, LIMITS_CALLS, measureCall, nextPanelHealth, type Health, type PanelSign, type PanelTurn } from './decide-panel-health.ts'
import { readDiagnosis } from './diagnosis.ts'
import { scheduleOperation } from './schedule-operation.ts'

const ROW = 'default'
/** Nothing new is written more often than this. */
const QUIET_MS = 10_000
/** Operations that are woken at once when the panel may be used again; the others follow by themselves. */
const WAKE_LIMIT = 500

interface Known { sign: PanelSign['type'], isSettled: boolean, writtenAt: number, capabilities: string, version: string | null }
const lastWritten = new WeakMap<Services['db'], Known>()

/**
 * Keeps the panel's row by what a call has shown: reachable or not, refused or not, what the token may do. Tells once of each change.
 * With the exchange, the call also counts in its minute.
 */
export async function notePanelAnswer(services: Services, answer: PanelAnswer<unknown>, operation: string | null, exchange: Exchange | null = null): Promise<void> {
  const client = await services.panel.client()
  if (client) await countPanelCall(services, client.origin, measureCall(answer, exchange))
  const sign = judgePanelSign(answer, operation)
  if (!sign) return
  const version = (sign.type === 'answered' && sign.version) || null
  const capabilities = client?.capabilities.snapshot() ?? {}
  const text = JSON.stringify(capabilities)
  const known = lastWritten.get(services.db)
  const isOldNews = known?.sign === sign.type && known.isSettled && known.capabilities === text && (version === null || known.version === version) && services.now().getTime() - known.writtenAt < QUIET_MS
  if (isOldNews) return
  const isSettled = await recordSign(services, sign, capabilities)
  lastWritten.set(services.db, { sign: sign.type, isSettled, writtenAt: services.now().getTime(), capabilities: text, version: version ?? known?.version ?? null })
}

/** Writes the sign; resolves to whether the row now stands as this sign would leave it, so that the same again is no news. */
async function recordSign(services: Services, sign: PanelSign, capabilities: Record<string, string>): Promise<boolean> {
  return services.db.$transaction(async (tx) => {
    await tx.panelHealth.createMany({ data: [{ id: ROW }], skipDuplicates: true })
    await tx.$queryRaw`select id from panel_health where id = ${ROW} for update`
    const row = await tx.panelHealth.findUniqueOrThrow({ where: { id: ROW } })
    const { health, turns } = nextPanelHealth({ ...row, diagnosis: readDiagnosis(row.diagnosis) }, sign, services.now())
    await tx.panelHealth.update({
      where: { id: ROW },
      data: { ...health, diagnosis: toJson(health.diagnosis), capabilities: { ...asRecord(row), ...capabilities } },
      select: { id: true },
    })
    for (const turn of turns) {
      if (turn === 'version_changed') await announceVersion(tx, services, row.version, health)
      else await announce(tx, services, turn, (turn === 'paused' ? health.pausedAt : health.changedAt) ?? services.now(), health.diagnosis)
    }
    return turns.length === 0 && isSettledBy(sign, health)
  })
}

function isSettledBy(sign: PanelSign, health: Health): boolean {
  if (sign.type === 'silent') return health.isReachable === false
  // How long it lasts is told by the clock: once in a while is enough.
  if (sign.type === 'limited') return true
  return sign.type === 'refused' ? health.pausedAt !== null : health.pausedAt === null
}

const toJson = (diagnosis: DiagnosisRecord | null) => (diagnosis ? { ...diagnosis } satisfies Prisma.InputJsonObject : Prisma.DbNull)

function asRecord(row: PanelHealth): Prisma.InputJsonObject {
  const { capabilities } = row
  return typeof capabilities === 'object' && capabilities !== null && !Array.isArray(capabilities) ? capabilities as Prisma.InputJsonObject : {}
}

async function announce(tx: Db, services: Services, turn: Exclude<PanelTurn, 'version_changed'>, since: Date, diagnosis: DiagnosisRecord | null): Promise<void> {
  await services.events.publish(tx, { type: 'panel' }, { admins: true })
  if (turn === 'resumed' || turn === 'back') await wakeWaiting(tx)
  if (turn === 'resumed') return
  const notice = { unreachable: { level: 'error', code: 'panel_unreachable' }, limited: { level: 'error', code: LIMITS_CALLS }, back: { level: 'success', code: 'panel_back' }, paused: { level: 'error', code: 'panel_refused_credentials' } } as const
  await notify(tx, services, {
    to: 'admins', ...notice[turn], params: turn === 'limited' ? { until: diagnosis?.params['until'] ?? null } : {}, dedupeKey: `${notice[turn].code}:${since.toISOString()}`,
    link: turn === 'paused' || turn === 'limited' ? '/admin/settings/virtfusion' : '/admin',
  })
}

async function announceVersion(tx: Db, services: Services, from: string | null, { version, lastSuccessAt }: Health): Promise<void> {
  await services.events.publish(tx, { type: 'panel' }, { admins: true })
  await notify(tx, services, {
    to: 'admins', level: 'info', code: 'panel_version_changed', params: { from, to: version }, link: '/admin',
    dedupeKey: `panel_version_changed:${from}:${version}:${lastSuccessAt?.toISOString()}`,
  })
}

/** Whoever waits for the panel goes on now, spread over some seconds. */
async function wakeWaiting(tx: Db): Promise<void> {
  const waiting = await tx.operation.findMany({
    where: { state: 'waiting', diagnosis: { not: Prisma.DbNull }, step: { notIn: [...DATED_STEPS] } }, orderBy: { createdAt: 'asc' }, take: WAKE_LIMIT, select: { id: true, diagnosis: true },
  })
  for (const [index, { id, diagnosis }] of waiting.entries()) {
    if (readDiagnosis(diagnosis)?.code === 'waiting_for_owner') continue
    const at = new Date(Date.now() + index * 20)
    await tx.operation.updateMany({ where: { id, state: 'waiting' }, data: { nextAttemptAt: at } })
    await scheduleOperation(tx, id, at)
  }
}
