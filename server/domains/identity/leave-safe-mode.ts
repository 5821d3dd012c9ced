import type { LeaveSafeMode, SafeMode } from '#shared/schemas/identity.ts'
import type { Call, Db } from '../../context.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import type { SeenIdentity } from '../../engine/identity/decide-identity.ts'
import { updateFingerprint } from '../../engine/identity/fingerprint.ts'
import { loadIdentity, ROW } from '../../engine/identity/known-identity.ts'
import { askPanel, readIdentity } from '../../engine/identity/read-identity.ts'
import { AppError, conflict, invalidField } from '../../errors.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { requirePanel } from '../panel/require-panel.ts'
import { endSendAgain } from '../settings/end-send-again.ts'
import { connectionChanged, holdConnection } from '../settings/lock-connection.ts'
import { findOrigin, readVirtfusionSettings } from '../settings/read-virtfusion-settings.ts'
import { wakeWaitingOperations } from '../settings/wake-waiting-operations.ts'
import { compareServers } from './compare-servers.ts'
import { forgetFormerPanel, forgetPanelUsers, markMissing, stopOperations } from './detach.ts'
import { findRestore, getSafeMode, hostOf } from './get-safe-mode.ts'
import { listRemote } from './list-remote.ts'
import { giveUpWitness, renewWitness } from './renew-witness.ts'
import { readBoundRows } from './report-differences.ts'

/**
 * A person's word on the panel, after which changes may be sent again. What is seen now is what is known: servers that the panel does not
 * have under the same number and uuid keep both, and are marked as not at the panel, so nothing is sent to them, and so that what was missing
 * does not put the panel in doubt again. A panel from a backup counts its users on from there, so customers whose number no server proves are
 * found again by ours. A new panel knows none of our customers, and no open operation is carried out there.
 * Refused when the safe mode that was shown (`since`) has made way for another, when somebody changed the connection meanwhile, for it is another panel then, and while the panel can't be asked; a token that may read nothing does not stand in the way, for then only a person can know.
 * @throws AppError conflict, invalid_input (`confirm`), panel_unavailable
 */
export async function leaveSafeMode(call: Call, { decision, confirm, reason, since }: LeaveSafeMode): Promise<SafeMode> {
  const { row, setting, known } = await loadIdentity(call.db)
  if (!row?.safeModeSince) throw conflict('Berth is not in safe mode.', 'not_in_safe_mode')
  if (since !== undefined && since !== row.safeModeSince.toISOString()) throw conflict('Berth has left that safe mode and entered another since. Look at why before you decide.', 'safe_mode_changed')
  // Before the panel is asked: what is saved from here on leads to another one.
  const connection = await readVirtfusionSettings(call)
  const client = await requirePanel(call)
  // A kept client may be older than what another process has saved.
  if (client.origin !== findOrigin(connection.apiUrl)) throw connectionChanged()
  const host = hostOf(client.origin)
  if (confirm !== host) throw invalidField('confirm', `Type the host of the panel, ${host}.`)
  const { seen, failure } = await readIdentity(call, client, askPanel(call), setting.keepsWitness ? row.witnessRelation : null)
  if (failure) throw new AppError('panel_unavailable', 'The panel could not be asked, so Berth goes on reading only.', { diagnosis: failure })

  const isNew = decision === 'new_panel'
  const present = await findPresent(call, client)
  const entered = readDiagnosis(row.safeModeReason) ?? { code: 'safe_mode', params: {} }
  const restore = findRestore(entered, { known, seen, databaseMark: seen.databaseMark })
  if (restore && restore !== entered) await keepReason(call.db, row.safeModeSince, restore)
  const noWitness = setting.keepsWitness ? await renewWitness(call, client) : null
  const at = call.now()
  await call.db.$transaction(async (tx) => {
    await holdConnection(tx, connection.version)
    await store(tx, seen, { since: row.safeModeSince, isNew, at })
    if (noWitness) await giveUpWitness(tx, call, noWitness)
    if (isNew) await endSendAgain(tx, call)
    if (isNew) await forgetFormerPanel(tx)
    else if (present) await forgetPanelUsers(tx, present.ownerIds)
    // Of a new panel without a list nothing is proved.
    const detached = await markMissing(tx, isNew ? present?.serverIds ?? [] : present && present.serverIds, at)
    const stopped = isNew || restore ? await stopOperations(tx, call, decision) : 0
    await wakeWaitingOperations(tx)
    await recordAudit(tx, call, {
      action: 'safe_mode.left', entity: 'settings', entityId: 'identity', entityName: 'Safe mode',
      before: { code: entered.code }, after: { decision, reason, serversDetached: detached, operationsStopped: stopped },
    })
    await call.events.publish(tx, { type: 'panel' }, { admins: true })
  }, { maxWait: 10_000, timeout: 60_000 })
  return getSafeMode(call)
}

/** The witness is counted past what says that our database was put back, and leaving may be refused after that: whoever tries again still has to know. */
async function keepReason(db: Db, since: Date, { code, params }: DiagnosisRecord): Promise<void> {
  await db.panelIdentity.updateMany({ where: { id: ROW, safeModeSince: since }, data: { safeModeReason: { code, params } } })
}

/** Our servers that the panel has under the same number and uuid, and the owners that it names for them as we do; null where the token may not list. */
async function findPresent(call: Call, client: VirtFusionClient): Promise<{ serverIds: string[], ownerIds: number[] } | null> {
  const answer = await listRemote(call, client)
  if (answer.ok) {
    const groups = compareServers(await readBoundRows(call.db), answer.value)
    const same = groups.get('same') ?? []
    return {
      serverIds: [...same, ...groups.get('owner_changed') ?? []].flatMap(({ serverId }) => serverId ?? []),
      ownerIds: [...new Set(same.flatMap(({ ownerId, remoteOwnerId }) => (ownerId !== null && ownerId === remoteOwnerId ? ownerId : [])))],
    }
  }
  if (classifyFailure(answer.error) === 'forbidden') return null
  throw new AppError('panel_unavailable', 'The panel gave no complete list of its servers, so Berth goes on reading only.', { diagnosis: answer.diagnosis })
}

async function store(tx: Db, seen: SeenIdentity, { since, isNew, at }: { since: Date | null, isNew: boolean, at: Date }): Promise<void> {
  const { known } = await loadIdentity(tx)
  const former = isNew ? null : known?.fingerprint ?? null
  const fingerprint = seen.fingerprint.type === 'read' ? updateFingerprint(former, seen.fingerprint.fingerprint) : former
  const { count } = await tx.panelIdentity.updateMany({
    where: { id: ROW, safeModeSince: since },
    data: { safeModeSince: null, safeModeReason: Prisma.DbNull, origin: seen.origin, fingerprint: fingerprint ?? Prisma.DbNull, databaseMark: seen.databaseMark, verifiedAt: at, safeModeLeftAt: at },
  })
  if (count === 0) throw conflict('Somebody else has just left safe mode.', 'not_in_safe_mode')
}
