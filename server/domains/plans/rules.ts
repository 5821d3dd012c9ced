import type { Features } from '#shared/schemas/features.ts'
import type { Db } from '../../context.ts'
import { isTaken } from '../../db/database-errors.ts'
import { conflict, invalidField } from '../../errors.ts'

/** Two plans can't share a name: orders and screens name the plan. Anything else is passed on. */
export function refuseTakenName(error: unknown): never {
  if (isTaken(error)) throw invalidField('name', 'Another plan has this name.')
  throw error
}

/** Whoever owns a plan's servers can't be a customer's own user as well: that customer could reach them all. @throws AppError invalid_input (features.virtfusion_user_id) */
export async function requireSharedOwner(tx: Db, { virtfusion_user_id: virtfusionUserId }: Features): Promise<void> {
  const customer = await tx.user.findUnique({ where: { virtfusionUserId }, select: { name: true } })
  if (customer) throw invalidField('features.virtfusion_user_id', `virtfusion_user_id ${virtfusionUserId} is the panel user of ${customer.name}, who could reach all servers of this plan. Use a user that is no customer's.`)
}

/** The rest of the sentence is the way out that is left. */
const insteadOf = (isActive: boolean) => (isActive ? 'Switch it off instead: nobody can order it then' : 'It is switched off already, so nobody can order it')

export function planInUse(serverCount: number, { isActive }: { isActive: boolean }) {
  const servers = serverCount === 1 ? '1 server uses' : `${serverCount} servers use`
  return conflict(`${servers} this plan. ${insteadOf(isActive)}, and its servers keep running.`, 'plan_in_use')
}

/** Rows of deleted servers are kept, and they say which plan they had. */
export function planInHistory(serverCount: number, { isActive }: { isActive: boolean }) {
  const servers = serverCount === 1 ? '1 deleted server' : `${serverCount} deleted servers`
  return conflict(`The records of ${servers} name this plan, so it stays. ${insteadOf(isActive)}.`, 'plan_in_history')
}

export const planChanged = () => conflict('This plan was changed after it was shown to you. Nothing of that was overwritten, and nothing of yours was saved.', 'plan_changed')
