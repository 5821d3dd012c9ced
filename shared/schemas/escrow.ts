import { z } from '../zod.ts'
import { DiagnosisSchema, MomentSchema, panelId } from './common.ts'
import { CreateModeSchema, CreateModeStateSchema } from './engine-settings.ts'

/** What orders that are sent for throw-away users rely on, in the order in which it is checked; the last one is that nothing is left. */
export const PREMISES = ['rights', 'relation', 'email', 'listing', 'deletion', 'transfer', 'deleted_owner', 'clean_up'] as const
export const PremiseNameSchema = z.enum(PREMISES)
export type PremiseName = z.infer<typeof PremiseNameSchema>

/** `unclear`: it could not be shown either way, so nothing is known of it. */
export const PremiseStateSchema = z.enum(['pending', 'running', 'passed', 'failed', 'unclear'])

export const ProbeRunSchema = z.object({
  id: z.uuid(),
  /** `broken_off`: not known, for something stayed unclear or Berth was stopped. */
  state: z.enum(['running', 'passed', 'failed', 'broken_off']),
  packageId: z.number().int(),
  hypervisorGroupId: z.number().int(),
  startedAt: MomentSchema,
  startedBy: z.string().nullable(),
  endedAt: MomentSchema.nullable(),
  premises: z.array(z.object({ name: PremiseNameSchema, title: z.string(), state: PremiseStateSchema, diagnosis: DiagnosisSchema.nullable() })),
  /** What it made at the panel and has not removed yet, in words. */
  leftovers: z.array(z.string()),
})

/** How orders are sent, and what is known about whether this panel can do it. */
export const EscrowSchema = z.object({
  mode: CreateModeStateSchema,
  /** When the check passed on the connection that is in force; null where it did not. */
  passedAt: MomentSchema.nullable(),
  run: ProbeRunSchema.nullable(),
})
export type EscrowAnswer = z.infer<typeof EscrowSchema>
export type ProbeRunAnswer = z.infer<typeof ProbeRunSchema>

export const BeginProbeSchema = z.object({
  packageId: panelId('Choose a package.'),
  hypervisorGroupId: panelId('Choose a hypervisor group.'),
  /** Whoever begins it has read what it makes and deletes. */
  isUnderstood: z.literal(true, { error: 'Tick this to let Berth make and delete what the check needs.' }),
})
export type BeginProbe = z.infer<typeof BeginProbeSchema>

export const ChangeModeSchema = z.object({ mode: CreateModeSchema })
export type ChangeMode = z.infer<typeof ChangeModeSchema>
