import type { PanelUser } from '#shared/schemas/customers.ts'
import type { Call } from '../../context.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { invalidField } from '../../errors.ts'
import type { VirtFusionUser } from '../../virtfusion/schemas/users.ts'
import { notAsked } from '../panel/not-asked.ts'
import { openPanelForPerson } from '../panel/open-panel-for-person.ts'
import { findPanelUserUses } from './find-panel-user-uses.ts'
import { judgePanelUser } from './judge-panel-user.ts'

/**
 * The panel's user with this external relation, and why this user can't stand for the customer. The panel can be asked by nothing else: it has no
 * search, and none by its own number. @throws AppError invalid_input (extRelationId), panel_unavailable
 */
export async function findPanelUser(call: Call, customerId: string, extRelationId: number): Promise<Omit<PanelUser, 'orders'>> {
  const user = await readUser(call, extRelationId)
  const { id, name, email } = user
  return { virtfusionUserId: id, extRelationId, name, email, refusal: judgePanelUser({ virtfusionUserId: id, isAdmin: user.admin, ...await findUses(call, { customerId, virtfusionUserId: id, extRelationId }) }) }
}

async function readUser(call: Call, extRelationId: number): Promise<VirtFusionUser> {
  const panel = await openPanelForPerson(call)
  const answer = await panel.findUser(extRelationId)
  if (answer.ok) return answer.value
  if (classifyFailure(answer.error) === 'absent') throw invalidField('extRelationId', `The panel has no user with the external relation ${extRelationId}.`)
  throw notAsked('this user', answer.diagnosis)
}

interface Wanted { customerId: string, virtfusionUserId: number, extRelationId: number }

async function findUses({ db }: Call, { customerId, virtfusionUserId, extRelationId }: Wanted) {
  const [other, uses, throwAway] = await Promise.all([
    db.user.findFirst({ where: { id: { not: customerId }, OR: [{ virtfusionUserId }, { virtfusionExtRelationId: extRelationId }] }, select: { name: true } }),
    findPanelUserUses(db, { customerId, virtfusionUserId }),
    db.escrowUser.findFirst({ where: { virtfusionUserId, goneAt: null }, select: { relation: true } }),
  ])
  return { takenBy: other?.name ?? null, ...uses, isThrowAway: throwAway !== null }
}
