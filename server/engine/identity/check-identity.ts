import type { Services } from '../../context.ts'
import { countBindings, isBound } from '../../domains/identity/count-bindings.ts'
import { enterSafeMode } from '../../domains/identity/enter-safe-mode.ts'
import { endSendAgain } from '../../domains/settings/end-send-again.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { aheadOf, isRecent } from '../stored-times.ts'
import { readDatabaseMark } from './database-mark.ts'
import { decideIdentity, differingPart, isAboutOther, type IdentityVerdict, type SeenIdentity } from './decide-identity.ts'
import { updateFingerprint } from './fingerprint.ts'
import { isSameWitness, loadIdentity, ROW, type StoredIdentity } from './known-identity.ts'
import { askPanel, readIdentity } from './read-identity.ts'
import { confirmCounter, countWitness, ensureWitness } from './witness.ts'

const EVERY_MS = 5 * 60_000
const COUNT_MS = 24 * 60 * 60_000
/** Between two tries while the panel gives no answer that could be compared. */
const AGAIN_MS = 15_000
const lastTried = new WeakMap<Services['db'], Date>()

/** Whether it is time to look: never looked, five minutes ago, at another address since, or the panel was away meanwhile. */
export async function isIdentityDue({ db, panel, now }: Services): Promise<boolean> {
  const client = await panel.client()
  if (!client) return false
  const [row, health] = await Promise.all([db.panelIdentity.findUnique({ where: { id: ROW } }), db.panelHealth.findUnique({ where: { id: 'default' } })])
  if (row?.safeModeSince || health?.isReachable === false) return false
  const time = now()
  const isBack = row !== null && isBackSince(health, row.updatedAt, time)
  if (isRecent(lastTried.get(db) ?? null, time, AGAIN_MS) && row?.origin === client.origin && !isBack) return false
  return row?.origin !== client.origin || !isRecent(row.updatedAt, time, EVERY_MS) || isBack
}

function isBackSince(health: { isReachable: boolean | null, changedAt: Date | null } | null, lookedAt: Date, now: Date): boolean {
  return health?.isReachable === true && health.changedAt !== null && health.changedAt > lookedAt && health.changedAt < aheadOf(now)
}

/**
 * Looks whether the panel and our own database are still the ones that belong together, and enters safe mode on doubt. What changes in
 * normal life is followed. Null when nothing could be decided: no panel, safe mode already, or the counter moved meanwhile.
 */
export async function checkIdentity(services: Services): Promise<IdentityVerdict | null> {
  const { db, panel, now } = services
  const client = await panel.client()
  if (!client) return null
  lastTried.set(db, now())
  const before = await loadIdentity(db)
  if (before.row?.safeModeSince) return null
  const { seen } = await readIdentity(services, client, askPanel(services), before.setting.keepsWitness ? before.row?.witnessRelation ?? null : null)
  const stored = await loadIdentity(db)
  if (!before.known || !stored.known) {
    if (!stored.known) await keep(services, seen, null)
    return null
  }
  if (!isSameWitness(before.known, stored.known)) return null

  const verdict = decideIdentity(stored.known, seen)
  if (verdict.type === 'doubt') await applyDoubt(services, verdict, seen)
  // A token that shows nothing to compare was asked all the same: the next look can wait.
  else if (verdict.type === 'same' || verdict.code === 'panel_not_readable') await keep(services, seen, verdict)
  if (verdict.type === 'same') await tendWitness(services, stored, seen)
  return verdict
}

/** At the start of a process, before anything is sent: is this the database that wrote the row? */
export async function checkDatabase(services: Services): Promise<void> {
  const { known } = await loadIdentity(services.db)
  const part = known && differingPart(known.databaseMark, await readDatabaseMark(services.db))
  if (!part) return
  if (isBound(await countBindings(services.db))) await enterSafeMode(services.db, services, { code: 'database_was_restored', params: { part } })
  else await services.db.panelIdentity.updateMany({ where: { id: ROW }, data: { databaseMark: null } })
}

async function applyDoubt(services: Services, { code, params }: Extract<IdentityVerdict, { type: 'doubt' }>, seen: SeenIdentity): Promise<void> {
  if (isBound(await countBindings(services.db))) return enterSafeMode(services.db, services, { code, params })
  services.log.info({ code, params }, 'another panel or database, and nothing is bound to the former one')
  // First: once the new panel is what is known, nobody would see that it is another one.
  if (isAboutOther(code)) await services.db.$transaction((tx) => endSendAgain(tx, services))
  await services.db.panelIdentity.updateMany({ where: { id: ROW }, data: { fingerprint: Prisma.DbNull, witnessUserId: null, witnessCounter: 0, databaseMark: null } })
  await keep(services, seen, null)
}

/** Stores what was seen as what is known from now on. */
async function keep({ db, now }: Services, seen: SeenIdentity, verdict: IdentityVerdict | null): Promise<void> {
  const { known } = await loadIdentity(db)
  const fingerprint = seen.fingerprint.type === 'read' ? updateFingerprint(known?.fingerprint ?? null, seen.fingerprint.fingerprint) : known?.fingerprint ?? null
  const isSeen = verdict?.type === 'same' || (verdict === null && fingerprint !== null)
  const data = {
    origin: seen.origin,
    fingerprint: fingerprint ?? Prisma.DbNull,
    ...(seen.databaseMark === null ? {} : { databaseMark: seen.databaseMark }),
    ...(isSeen ? { verifiedAt: now() } : {}),
  }
  await db.panelIdentity.upsert({ where: { id: ROW }, create: { id: ROW, ...data }, update: data, select: { id: true } })
}

/** Makes the witness where it is wanted and not there yet, and counts once a day. What does not work now is tried with the next look. */
async function tendWitness(services: Services, { row, setting }: StoredIdentity, seen: SeenIdentity): Promise<void> {
  const client = await services.panel.client()
  if (!setting.keepsWitness || !client) return
  if (row?.witnessUserId == null) {
    const made = await ensureWitness(services, client)
    if (made.type === 'kept') await adoptWitness(services, made)
    return
  }
  if (seen.witness?.type !== 'found') return
  if (setting.pendingCounter !== null && seen.witness.counter === setting.pendingCounter) return confirmCounter(services, setting.pendingCounter)
  const isDue = setting.countedAt === null || services.now().getTime() - Date.parse(setting.countedAt) >= COUNT_MS
  if (isDue || setting.pendingCounter !== null || seen.witness.counter === null) await countWitness(services, client)
}

/** From here on the witness vouches for the panel. */
export async function adoptWitness({ db, now }: Pick<Services, 'db' | 'now'>, { userId, counter }: { userId: number, counter: number }): Promise<void> {
  await db.panelIdentity.updateMany({ where: { id: ROW }, data: { witnessUserId: userId, witnessCounter: counter } })
  await confirmCounter({ db, now }, counter)
}
