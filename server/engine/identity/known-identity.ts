import type { Db } from '../../context.ts'
import { overwriteGroup, readGroup, type SettingValue } from '../../domains/settings/registry.ts'
import type { PanelIdentity } from '../../generated/prisma/client.ts'
import type { KnownIdentity } from './decide-identity.ts'
import { readFingerprint } from './fingerprint.ts'

export const ROW = 'default'

export interface StoredIdentity {
  /** Null until a panel was looked at for the first time. */
  row: PanelIdentity | null
  setting: SettingValue<'identity'>
  known: KnownIdentity | null
}

/** What Berth knows of the panel it is bound to. */
export async function loadIdentity(db: Db): Promise<StoredIdentity> {
  const [row, { value: setting }] = await Promise.all([db.panelIdentity.findUnique({ where: { id: ROW } }), readGroup(db, 'identity')])
  return { row, setting, known: row && toKnown(row, setting) }
}

function toKnown(row: PanelIdentity, setting: SettingValue<'identity'>): KnownIdentity {
  const { origin, witnessUserId, witnessCounter, databaseMark } = row
  return {
    origin,
    witness: setting.keepsWitness && witnessUserId !== null ? { userId: witnessUserId, counter: witnessCounter, pending: setting.pendingCounter } : null,
    fingerprint: readFingerprint(row.fingerprint),
    databaseMark,
  }
}

/** Writes a part of the setting and leaves the rest. Without a person it was Berth itself. */
export async function changeSetting(db: Db, change: Partial<SettingValue<'identity'>>, updatedById: string | null = null): Promise<void> {
  await lockIdentity(db)
  const { value } = await readGroup(db, 'identity')
  await overwriteGroup(db, 'identity', { ...value, ...change }, updatedById)
}

/** Row and setting belong together: whoever writes the second holds the first. */
export async function lockIdentity(tx: Db): Promise<void> {
  await tx.$queryRaw`select id from panel_identity where id = ${ROW} for update`
}

/** Whether the counter was written meanwhile: what was read at the panel can then not be held against it. */
export function isSameWitness(one: KnownIdentity, other: KnownIdentity): boolean {
  return JSON.stringify([one.origin, one.witness]) === JSON.stringify([other.origin, other.witness])
}
