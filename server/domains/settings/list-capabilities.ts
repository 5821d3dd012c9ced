import { z } from 'zod'
import { CAPABILITY_STATES, type Capability } from '#shared/schemas/settings.ts'
import { ABILITIES } from '../../virtfusion/abilities.ts'

/** Operation -> state, as it is kept beside the panel's health. */
export const LearntSchema = z.record(z.string(), z.enum(CAPABILITY_STATES)).catch({})

/** Every ability that Berth uses, with what was learnt about it so far; what nobody tried yet is unknown. */
export function listCapabilities(states: Record<string, Capability['state']>): Capability[] {
  return ABILITIES.map(({ ability, operation, neededBy }) => ({ ability, operation, neededBy, state: states[operation] ?? 'unknown' }))
}
