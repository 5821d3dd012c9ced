import type { Services } from '../../context.ts'
import { networkOf } from './throttle-guesses.ts'

/** How long a place is known after somebody has signed in there, in ms. */
const KNOWN_FOR_MS = 30 * 86_400_000

/** Whether the person with this address has lately signed in from this network. The audit log is asked: it knows sessions that are over as well. */
export async function isKnownPlace(services: Services, email: string, ipAddress: string | null): Promise<boolean> {
  const person = await services.db.user.findUnique({ where: { email }, select: { id: true } })
  if (!person || !ipAddress) return false
  const places = await services.db.auditEvent.groupBy({
    by: ['ipAddress'],
    where: { entity: 'person', entityId: person.id, action: { in: ['session.started', 'invitation.accepted'] }, createdAt: { gt: new Date(services.now().getTime() - KNOWN_FOR_MS) } },
  })
  return places.some((place) => place.ipAddress !== null && networkOf(place.ipAddress) === networkOf(ipAddress))
}
