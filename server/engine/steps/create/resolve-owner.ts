import type { VirtFusionUser } from '../../../virtfusion/schemas/users.ts'
import type { PanelAnswer } from '../../call-panel.ts'
import { classifyFailure } from '../../classify-failure.ts'
import { decideChange } from '../../decide-change.ts'
import { concluded, quote } from '../../diagnosis.ts'
import { paused } from '../../not-now.ts'
import { attention, fail, wait, type Happening, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'

type Refused = Extract<PanelAnswer<VirtFusionUser>, { ok: false }>
export type Owner = { type: 'known', ownerId: number, event?: Happening } | { type: 'ended', outcome: Outcome }

const LOOK_AGAIN_MS = 3_000
const GIVEN_AGAIN_MS = 5 * 60_000
/** The panel refuses shorter names. */
const SHORTEST_NAME = 3

/**
 * The panel's user of this customer: the one that is known, else the one with our number, else a new one. Repeating is safe while users
 * can be looked up, because the panel holds our number unique; where they can't, a lost answer goes to a person. A user is never taken
 * over by its e-mail address, nor by its number alone: other systems on the same panel number their customers as well.
 */
export async function resolveOwner(run: Run): Promise<Owner> {
  const { customer } = run.server
  if (customer.virtfusionUserId !== null) return { type: 'known', ownerId: customer.virtfusionUserId }
  const found = await run.panel.findUser(customer.virtfusionExtRelationId)
  if (found.ok) return keep(run, found.value, 'owner_found')
  switch (classifyFailure(found.error)) {
    case 'absent': return make(run, { isBlind: false })
    // A token that may not read users may still make them.
    case 'forbidden': return await completeLostAttempt(run) ? ended(askPerson(run)) : make(run, { isBlind: true })
    case 'unauthorized': return ended(paused())
    default: return ended(wait('backoff', found.diagnosis))
  }
}

async function make(run: Run, { isBlind }: { isBlind: boolean }): Promise<Owner> {
  const { customer } = run.server
  const made = await run.panel.createUser({
    name: customer.name.padEnd(SHORTEST_NAME, '.'), email: customer.email, extRelationId: customer.virtfusionExtRelationId, selfService: 0, sendMail: false,
  })
  if (made.ok) return keep(run, made.value, 'owner_made')
  switch (decideChange(made)) {
    case 'paused':
    case 'forbidden': return ended(paused())
    case 'unknown': return ended(isBlind ? askPerson(run) : wait(LOOK_AGAIN_MS, made.diagnosis))
    case 'unavailable': return ended(wait('backoff', made.diagnosis))
    // Nothing is at work on a user that is still to be made, so this is a refusal: the e-mail or the number is taken.
    case 'busy':
    default: return isBlind ? waitForSibling(run, made) : findAfterRefusal(run, made)
  }
}

/** A refusal may mean that the user is there already: made by an earlier call whose answer was lost. */
async function findAfterRefusal(run: Run, refusal: Refused): Promise<Owner> {
  const found = await run.panel.findUser(run.server.customer.virtfusionExtRelationId)
  if (found.ok) return keep(run, found.value, 'owner_found')
  const failure = classifyFailure(found.error)
  if (failure === 'unavailable' || failure === 'busy') return ended(wait('backoff', found.diagnosis))
  const { kind, fields, messages } = refusal.error
  // A conflict that is not about our number, which nobody has, is about the address.
  const isAboutEmail = kind === 'conflict' || fields.includes('email') || messages.some((message) => /e-?mail/i.test(message))
  return ended(fail(isAboutEmail
    ? concluded('owner_not_resolved', { extRelationId: run.server.customer.virtfusionExtRelationId })
    : refusal.diagnosis))
}

/** Nothing can be looked up, but another order of the same customer may just have made the user: its row then names it, or soon will. */
async function waitForSibling({ engine: { store }, operation, server: { customer } }: Run, refusal: Refused): Promise<Owner> {
  const virtfusionUserId = await store.findPanelUser(customer.id)
  if (virtfusionUserId !== null) return { type: 'known', ownerId: virtfusionUserId }
  if (await store.hasSiblingMakingUser(operation.id, customer.id)) return ended(wait(LOOK_AGAIN_MS, refusal.diagnosis))
  const said = quote(refusal.error.messages.join(' '), 200)
  return ended(fail(concluded('owner_not_readable', { extRelationId: customer.virtfusionExtRelationId, said })))
}

/** An earlier turn may have ended between making the user and storing the answer. */
async function completeLostAttempt({ engine, operation, isResumed }: Run): Promise<boolean> {
  return isResumed && await engine.store.completeLostAttempts(operation.id, 'users.create') > 0
}

async function keep({ engine, server }: Run, user: VirtFusionUser, code: 'owner_found' | 'owner_made'): Promise<Owner> {
  const { email, virtfusionExtRelationId } = server.customer
  if (code === 'owner_found' && user.email.toLowerCase() !== email.toLowerCase()) return ended(attention(concluded('owner_is_somebody_else', { ownerId: user.id, extRelationId: virtfusionExtRelationId })))
  if (user.admin === true) return ended(fail(concluded('owner_is_admin', { ownerId: user.id })))
  switch (await engine.store.keepPanelUser(server.customer.id, user.id)) {
    case 'kept': return { type: 'known', ownerId: user.id, event: { code, params: { ownerId: user.id } } }
    // What was held up for the throw-away user may still arrive, and would look like this customer's.
    case 'recent': return ended(wait(GIVEN_AGAIN_MS, concluded('owner_number_given_again', { ownerId: user.id })))
    case 'taken': return ended(attention(concluded('owner_number_taken', { ownerId: user.id })))
  }
}

const ended = (outcome: Outcome): Owner => ({ type: 'ended', outcome })
const askPerson = ({ server }: Run) => attention(concluded('owner_effect_unknown', { extRelationId: server.customer.virtfusionExtRelationId }))
