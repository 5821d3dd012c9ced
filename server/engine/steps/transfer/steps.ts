import { z } from 'zod'
import { OwnerModeSchema } from '#shared/schemas/settings.ts'
import { hasCustomersNumber } from '../../create/has-customers-number.ts'
import { concluded } from '../../diagnosis.ts'
import { findOwnerDoubt } from '../../find-owner-doubt.ts'
import { fail } from '../../outcome.ts'
import type { Run } from '../../run.ts'
import { setValue } from '../set-value.ts'

/** `ownerMode` as in an order: whether the owner is the customer's own user, or the plan's. */
const InputSchema = z.object({ fromOwnerId: z.number().int().positive(), ownerId: z.number().int().positive(), ownerMode: OwnerModeSchema })

const inputOf = ({ operation }: Pick<Run, 'operation'>) => InputSchema.parse(operation.input)

/** Gives a server back to the panel's user whose it is, from the one user whom the difference showed, and from nobody else. */
export const transferSteps = setValue({
  read: (run) => ({ formerOwnerId: inputOf(run).fromOwnerId }),
  isSo: (run, remote) => remote.ownerId === inputOf(run).ownerId,
  findObstacle(run) {
    const input = inputOf(run)
    return hasCustomersNumber(input, run.server, input.ownerId) ? findOwnerDoubt(run, input, input.ownerId) : fail(concluded('owner_number_lost', { ownerId: input.ownerId }))
  },
  send: (run, id) => run.panel.changeOwner(id, inputOf(run).ownerId),
  // The server was read a moment ago: it is the owner whom the panel does not know.
  onAbsent: (run) => fail(concluded('new_owner_unknown', { ownerId: inputOf(run).ownerId })),
  patch: (run) => ({ virtfusionOwnerId: inputOf(run).ownerId }),
})
