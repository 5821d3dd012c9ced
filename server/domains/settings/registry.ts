import { z } from 'zod'
import { CreateSettingsSchema, SafetySettingsSchema } from '#shared/schemas/engine-settings.ts'
import { OwnerModeSchema } from '#shared/schemas/settings.ts'
import type { Db } from '../../context.ts'
import { conflict } from '../../errors.ts'
import { ProbeStateSchema } from '../../engine/escrow-probe/probe-state.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { StoredConnectionTestSchema } from './stored-connection-test.ts'

/** Where the sealed token stands: part of the seal, so that it opens nowhere else. */
export const TOKEN_PLACE = 'settings.virtfusion.token'

/** Where the sealed secret of the panel's webhooks stands. */
export const WEBHOOK_PLACE = 'settings.virtfusion_webhook.secret'

/** A token that was saved on the screen. It is used for the origin that it was saved for, and for no other. */
const SavedTokenSchema = z.object({ sealed: z.string(), hint: z.string(), origin: z.string() })

/**
 * Every group of settings, one row each. What a group does not hold comes from its defaults or from the environment.
 * A row is never deleted, so that its version only grows and every process notices a change.
 */
export const SETTING_GROUPS = {
  'virtfusion': z.object({
    apiUrl: z.string().nullable().default(null),
    token: SavedTokenSchema.nullable().default(null),
    /** PEM of a private authority, trusted beside VIRTFUSION_CA_FILE and the well-known ones. */
    caPem: z.string().nullable().default(null),
    ownerMode: OwnerModeSchema.default('plan'),
    /** When address, token or authority was saved last: what was seen before was seen of another connection. */
    connectedAt: z.iso.datetime().nullable().default(null),
  }),
  /** How orders are sent and what happens when one can't be found. */
  'create': CreateSettingsSchema,
  /** The connection on which the probe of throw-away users passed last; null where it never did, or where the panel is in doubt since. */
  'escrow': z.object({ passed: z.object({ connection: z.string(), at: z.iso.datetime() }).nullable().default(null) }),
  /** The last run of that probe, with what it has made at the panel and not removed yet. */
  'escrow.probe': z.object({ run: ProbeStateSchema.nullable().default(null) }),
  /** What Berth does about suspensions that are undone at the panel, and how much harm an hour may do. */
  'safety': SafetySettingsSchema,
  /** Whether Berth may keep a witness user at the panel, and how far the writing of its counter came. */
  'identity': z.object({
    keepsWitness: z.boolean().default(false),
    /** A person has decided to do without one: it is not suggested again. */
    isWitnessDeclined: z.boolean().default(false),
    /** A counter that is being written: either it or the stored one stands at the panel. */
    pendingCounter: z.number().int().nullable().default(null),
    countedAt: z.iso.datetime().nullable().default(null),
  }),
  'virtfusion_webhook': z.object({ secret: z.object({ sealed: z.string(), hint: z.string() }).nullable().default(null) }),
  /**
   * A row of its own: a test changes no setting, so it must not look like a change to other processes.
   * One that another version of Berth wrote is as good as none, and must not lock the screen that makes the next.
   */
  'virtfusion.last-test': z.object({ test: StoredConnectionTestSchema.nullable().catch(null).default(null) }),
}
export type SettingGroup = keyof typeof SETTING_GROUPS
export type SettingValue<G extends SettingGroup> = z.output<(typeof SETTING_GROUPS)[G]>

export interface ReadGroup<G extends SettingGroup> {
  value: SettingValue<G>
  /** 0 while the group was never saved. */
  version: number
  updatedAt: Date | null
  updatedById: string | null
}

/** Reads one group; what was never saved reads as its defaults. */
export async function readGroup<G extends SettingGroup>(db: Db, group: G): Promise<ReadGroup<G>> {
  const row = await db.setting.findUnique({ where: { group } })
  const value = SETTING_GROUPS[group].parse(row?.value ?? {}) as SettingValue<G>
  return { value, version: row?.version ?? 0, updatedAt: row?.updatedAt ?? null, updatedById: row?.updatedById ?? null }
}

/** Writes one group over the version that was read. @throws AppError conflict when somebody else was faster */
export async function writeGroup<G extends SettingGroup>(
  db: Db,
  group: G,
  value: SettingValue<G>,
  { expectedVersion, updatedById }: { expectedVersion: number, updatedById: string },
): Promise<void> {
  const data = { value: value as Prisma.InputJsonValue, updatedById }
  const written = expectedVersion === 0
    ? await db.setting.createMany({ data: [{ group, ...data }], skipDuplicates: true })
    : await db.setting.updateMany({ where: { group, version: expectedVersion }, data: { ...data, version: { increment: 1 } } })
  if (written.count === 0) throw settingsChanged()
}

/** Writes one group whatever it held: for values where the last one simply counts. Without a person it was Berth itself. */
export async function overwriteGroup<G extends SettingGroup>(db: Db, group: G, value: SettingValue<G>, updatedById: string | null): Promise<void> {
  const data = { value: value as Prisma.InputJsonValue, updatedById }
  await db.setting.upsert({ where: { group }, create: { group, ...data }, update: { ...data, version: { increment: 1 } }, select: { group: true } })
}

export const settingsChanged = () => conflict('Somebody else changed these settings a moment ago. Load them again, then make your change.', 'settings_changed')
