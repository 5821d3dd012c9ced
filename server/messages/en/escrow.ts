import type { PremiseName } from '#shared/schemas/escrow.ts'
import type { Made } from '../../engine/escrow-probe/probe-state.ts'

/** What is checked, in words. */
export const premiseTitles: Record<PremiseName, string> = {
  rights: 'The API token may do all that is needed',
  relation: 'A user is found by the name that Berth gives it, and the panel refuses a second one of that name',
  email: 'The panel refuses a second user with the same e-mail address',
  listing: 'The list of a user\'s servers is complete and shows a new server at once',
  deletion: 'A user who owns a server can\'t be deleted',
  transfer: 'A server that was never built can be given to another user',
  deleted_owner: 'An order for a user who was deleted is refused',
  clean_up: 'Everything that the check made is removed again',
}

/** Something that the check has made at the panel. */
export function describeMade(made: Made): string {
  return made.kind === 'server' ? `Server ${made.id}` : `User ${made.userId ?? 'of unknown number'} (${made.relation})`
}
