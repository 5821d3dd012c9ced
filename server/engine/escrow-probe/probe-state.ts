import { z } from 'zod'
import { PREMISES, PremiseNameSchema, PremiseStateSchema, type PremiseName } from '#shared/schemas/escrow.ts'
import { StoredDiagnosisSchema } from '../../domains/settings/stored-connection-test.ts'

/** What a probe has made, or is about to make. Written down before the call leaves, so that whoever comes after a crash knows of it. */
export const MadeSchema = z.discriminatedUnion('kind', [
  /** `isFound`: the panel has shown it under its name, so where it no longer does the user is gone. */
  z.object({ kind: z.literal('user'), relation: z.string(), userId: z.number().int().nullable(), isFound: z.boolean().default(true) }),
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
  /** The panel where it made what it made, whatever the token; null for a run of an older Berth. */
  origin: z.string().nullable().default(null),
  packageId: z.number().int(),
  hypervisorGroupId: z.number().int(),
  startedAt: z.iso.datetime(),
  startedById: z.uuid(),
  endedAt: z.iso.datetime().nullable(),
  premises: z.array(z.object({ name: PremiseNameSchema, state: PremiseStateSchema, diagnosis: StoredDiagnosisSchema.nullable() })),
  made: z.array(MadeSchema),
})
export type ProbeState = z.output<typeof ProbeStateSchema>

export const freshPremises = (): ProbeState['premises'] => PREMISES.map((name) => ({ name, state: 'pending', diagnosis: null }))

/** The run with one premise in another state. */
export function withPremise(run: ProbeState, name: PremiseName, change: Omit<ProbeState['premises'][number], 'name'>): ProbeState {
  return { ...run, premises: run.premises.map((premise) => (premise.name === name ? { name, ...change } : premise)) }
}

/** The run as it is left: what was being checked when it ended was not checked. */
export function withoutRunning(premises: ProbeState['premises']): ProbeState['premises'] {
  return premises.map((premise) => (premise.state === 'running' ? { ...premise, state: 'pending' } : premise))
}
