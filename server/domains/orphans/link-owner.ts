import type { AdoptLink, AdoptPreviewRow, OwnerLink } from '#shared/schemas/orphans.ts'
import type { Call } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { findPanelUser } from '../customers/find-panel-user.ts'
import { linkPanelUser } from '../customers/link-panel-user.ts'
import { refusedLink } from './plan-adoption.ts'
import { readRemote } from './read-remote.ts'
import { findWaiting } from './take-orphan.ts'

/** What the audit log keeps as the reason: an admin has asked for all of them at once. */
const REASON = 'Moving in: this user of the panel has the customer\'s e-mail address, and owns a server that was adopted for the customer.'
/** Stands for a customer who is not made yet: nobody has this id, so nobody is taken for the same one. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

type Adopt = NonNullable<AdoptPreviewRow['adopt']>

/**
 * Whether a line's customer can be linked to the panel's user that owns the server, by what the panel says now. Links nobody.
 * @throws AppError panel_unavailable
 */
export async function findOwnerLink(call: Call, { orphanId, customer }: Pick<Adopt, 'orphanId' | 'customer'>): Promise<AdoptLink> {
  try {
    const { owner } = await readRemote(call, await findWaiting(call.db, orphanId))
    if (!owner?.id || owner.email === null) return refusedLink('The panel does not say who owns this server.')
    if (!isSame(owner.email, customer.email)) return refusedLink(otherAddress(owner.id, owner.email))
    if (!owner.extRelationId || owner.extRelationId < 1) {
      return refusedLink(`User ${owner.id} has no external relation, by which Berth knows people at the panel. Give the user one there, then link the customer on the customer's page.`)
    }
    const user = await findPanelUser(call, customer.id ?? NOBODY, owner.extRelationId)
    const refusal = user.virtfusionUserId !== owner.id ? `Another user has the external relation ${owner.extRelationId}.` : refuseAddress(user, customer.email) ?? user.refusal
    return refusal === null ? { owner: { virtfusionUserId: owner.id, extRelationId: owner.extRelationId }, refusal } : refusedLink(refusal)
  }
  catch (error) {
    // What holds for this line alone is its answer; a panel that can't be asked is everybody's.
    if (error instanceof AppError && error.code !== 'panel_unavailable') return refusedLink(error.fields?.['extRelationId'] ?? error.message)
    throw error
  }
}

/**
 * Links the holder of an adopted server to its owner at the panel, if that is still the user whom the preview has shown and still has the same
 * address; all else is judged as for one customer. Null when that is so now, also by an earlier request; else why not.
 * @throws AppError not_found, conflict, invalid_input, panel_unavailable
 */
export async function linkOwner(call: Call, serverId: string, { virtfusionUserId, extRelationId }: OwnerLink): Promise<string | null> {
  const { customerId, virtfusionOwnerId, customer } = await call.db.server.findUniqueOrThrow({
    where: { id: serverId }, select: { customerId: true, virtfusionOwnerId: true, customer: { select: { email: true, virtfusionUserId: true } } },
  })
  if (customer.virtfusionUserId === virtfusionUserId) return null
  if (virtfusionOwnerId !== virtfusionUserId) return `User ${virtfusionUserId} does not own this server.`
  const refusal = refuseAddress(await findPanelUser(call, customerId, extRelationId), customer.email)
  if (refusal !== null) return refusal
  await linkPanelUser(call, customerId, { extRelationId, virtfusionUserId, reason: REASON, operationIds: [] })
  return null
}

function refuseAddress({ virtfusionUserId, email }: { virtfusionUserId: number, email: string }, wanted: string): string | null {
  return isSame(email, wanted) ? null : otherAddress(virtfusionUserId, email)
}

const isSame = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase()
const otherAddress = (virtfusionUserId: number, email: string) => `User ${virtfusionUserId}, who owns it at the panel, has another e-mail address: ${email}.`
