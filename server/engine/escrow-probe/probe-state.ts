import { z } from 'zod'
import { PREMISES, PremiseNameSchema, PremiseStateSchema, type PremiseName } from '#shared/schemas/escrow.ts'

const DiagnosisSchema = z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}) })

/** What a probe has made, or is about to make. Written down before the call leaves, so that whoever comes after a crash knows of it. */
export const MadeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), relation: z.string(), userId: z.number().int().nullable() }),
  z.object({ kind: z.literal('server'), id: z.number().int(), uuid: z.string() }),
])
export type Made = z.output<typeof MadeSchema>

/** One run of the probe, as its row keeps it. */
export const ProbeStateSchema = z.object({
  id: z.uuid(),
  state: z.enum(['running', 'passed', 'failed', 'broken_off']),
  /** Counts the jobs that took it up; whoever holds an older number writes nothing more. */
  turn: z.number().int(),
  /** The connection that it is about. */
  connection: z.string(),
  packageId: z.number().int(),
  hypervisorGroupId: z.number().int(),
  startedAt: z.iso.datetime(),
  startedById: z.uuid(),
  endedAt: z.iso.datetime().nullable(),
  premises: z.array(z.object({ name: PremiseNameSchema, state: PremiseStateSchema, diagnosis: DiagnosisSchema.nullable() })),
  made: z.array(MadeSchema),
})
export type ProbeState = z.output<typeof ProbeStateSchema>

export const freshPremises = (): ProbeState['premises'] => PREMISES.map((name) => ({ name, state: 'pending', diagnosis: null }))

/** The run with one premise in another state. */
export function withPremise(run: ProbeState, name: PremiseName, change: Omit<ProbeState['premises'][number], 'name'>): ProbeState {
  return { ...run, premises: run.premises.map((premise) => (premise.name === name ? { name, ...change } : premise)) }
}
