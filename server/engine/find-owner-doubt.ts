import type { OwnerMode } from '#shared/schemas/settings.ts'
import { classifyFailure } from './classify-failure.ts'
import { concluded } from './diagnosis.ts'
import { notNow } from './not-now.ts'
import { attention, type Outcome } from './outcome.ts'
import type { Run } from './run.ts'


/**
 * Asks the panel whether this number still is the customer's user, before anything goes to it or is believed because of it; null when it is. A
 * panel that came back from a backup gives numbers out again, and Berth notices that seconds to minutes later: by then a stranger could have
 * the server. A plan's own user is the host's affair, and a token that may not find users leaves nothing to ask.
 */
export async function findOwnerDoubt(run: Run, { ownerMode }: { ownerMode: OwnerMode }, ownerId: number): Promise<Outcome | null> {
  if (ownerMode === 'plan') return null
  const { virtfusionExtRelationId: extRelationId } = run.server.customer
  const found = await run.panel.findUser(extRelationId)
  if (found.ok) return found.value.id === ownerId ? null : attention(concluded('owner_number_changed', { ownerId, extRelationId, foundId: found.value.id }))
  switch (classifyFailure(found.error)) {
    case 'forbidden': return null
    case 'absent': return attention(concluded('owner_number_changed', { ownerId, extRelationId }))
    default: return notNow(found)
  }
}
