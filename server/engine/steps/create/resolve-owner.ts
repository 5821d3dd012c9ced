import type { VirtFusionUser } from '../../../virtfusion/schemas/users.ts'
import type { PanelAnswer } from '../../call-panel.ts'
import { classifyFailure } from '../../classify-failure.ts'
import { decideChange } from '../../decide-change.ts'
import { concluded } from '../../diagnosis.ts'
import { fail, wait, type Happening, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'

export type Owner = { type: 'known', ownerId: number, event?: Happening } | { type: 'ended', outcome: Outcome }

const PAUSED_MS = 15_000
const LOOK_AGAIN_MS = 3_000
/** The panel refuses shorter names. */
const SHORTEST_NAME = 3

/**
 * The panel's user of this customer: the one that is known, else the one with our number, else a new one. Repeating is safe, because
 * the panel holds our number unique. A user is never taken over by its e-mail address.
 */
export async function resolveOwner(run: Run): Promise<Owner> {
  const { customer } = run.server
  if (customer.virtfusionUserId !== null) return { type: 'known', ownerId: customer.virtfusionUserId }
  const found = await run.panel.findUser(customer.virtfusionExtRelationId)
  if (found.ok) return keep(run, found.value, 'owner_found')
  const failure = classifyFailure(found.error)
  // A token that may not read users may still make them; whether one is there shows in the refusal.
  if (failure === 'absent' || failure === 'forbidden') return make(run)
  return ended(failure === 'unauthorized' ? paused() : wait('backoff', found.diagnosis))
}

async function make(run: Run): Promise<Owner> {
  const { customer } = run.server
  const made = await run.panel.createUser({
    name: customer.name.padEnd(SHORTEST_NAME, '.'), email: customer.email, extRelationId: customer.virtfusionExtRelationId, selfService: 0, sendMail: false,
  })
  if (made.ok) return keep(run, made.value, 'owner_made')
  switch (decideChange(made)) {
    case 'paused':
    case 'forbidden': return ended(paused())
    case 'unknown': return ended(wait(LOOK_AGAIN_MS, made.diagnosis))
    case 'busy':
    case 'unavailable': return ended(wait('backoff', made.diagnosis))
    default: return findAfterRefusal(run, made)
  }
}

/** A refusal may mean that the user is there already: made by an earlier call whose answer was lost. */
async function findAfterRefusal(run: Run, refusal: Extract<PanelAnswer<VirtFusionUser>, { ok: false }>): Promise<Owner> {
  const found = await run.panel.findUser(run.server.customer.virtfusionExtRelationId)
  if (found.ok) return keep(run, found.value, 'owner_found')
  const failure = classifyFailure(found.error)
  if (failure === 'unavailable' || failure === 'busy') return ended(wait('backoff', found.diagnosis))
  const isAboutEmail = refusal.error.fields.includes('email') || refusal.error.messages.some((message) => /e-?mail/i.test(message))
  const isAboutRelation = failure === 'forbidden'
  return ended(fail(isAboutEmail || isAboutRelation
    ? concluded('owner_not_resolved', { extRelationId: run.server.customer.virtfusionExtRelationId })
    : refusal.diagnosis))
}

async function keep({ services, server }: Run, user: VirtFusionUser, code: 'owner_found' | 'owner_made'): Promise<Owner> {
  if (user.admin === true) return ended(fail(concluded('owner_is_admin', { ownerId: user.id })))
  await services.db.user.updateMany({ where: { id: server.customer.id, virtfusionUserId: null }, data: { virtfusionUserId: user.id } })
  return { type: 'known', ownerId: user.id, event: { code, params: { ownerId: user.id } } }
}

const ended = (outcome: Outcome): Owner => ({ type: 'ended', outcome })
const paused = () => wait(PAUSED_MS, concluded('panel_paused'))
