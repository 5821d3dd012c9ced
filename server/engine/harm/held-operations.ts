import { ACTIVE_STATES } from '#shared/lifecycle/operations.ts'
import type { Prisma } from '../../generated/prisma/client.ts'

/** Code of the diagnosis with which the gate makes an operation wait for the decision about a mass-harm alarm. */
export const HELD_CODE = 'mass_harm_stopped'

/**
 * Operations that the breaker has stopped and that nobody has decided on. What they do at the moment plays no part: each is worked on again
 * and again, and may wait for something else before it comes to the gate once more.
 */
export const HELD = { state: { in: ACTIVE_STATES }, harmHeldAt: { not: null }, harmApprovedAt: null } satisfies Prisma.OperationWhereInput
