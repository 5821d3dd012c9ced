import { HARM_KINDS } from '#shared/lifecycle/harm.ts'
import type { Prisma } from '../../generated/prisma/client.ts'

/** Code of the diagnosis with which the gate makes an operation wait for the decision about a mass-harm alarm. */
export const HELD_CODE = 'mass_harm_stopped'

/** Operations that stand in front of the gate and that nobody has decided on. */
export const HELD = {
  state: 'waiting', kind: { in: [...HARM_KINDS] }, harmApprovedAt: null, diagnosis: { path: ['code'], equals: HELD_CODE },
} satisfies Prisma.OperationWhereInput
