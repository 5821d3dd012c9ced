import { quoted, say, span, type DiagnosisWords } from './words.ts'

/** What became of an order. */
export const orderDiagnoses: DiagnosisWords = {
  create_effect_unknown: (params) => ({
    title: 'Looking for the new server',
    cause: 'The answer to the create call was lost, so the server may or may not exist at the panel.',
    fix: `Nothing to do now: Berth reads the owner's servers again and again for ${span(params, 'seconds')} and never sends the order twice by itself.`,
  }),
  create_several_candidates: (params) => ({
    title: 'Several servers may be the new one',
    cause: `The answer to the create call was lost, and the owner has ${say(params, 'count')} new servers of which more than one may be it. Berth does not guess.`,
    fix: 'Compare the candidates and adopt the right one. The others were made by somebody else.',
  }),
  create_unclear_candidate: (params) => ({
    title: 'A server appeared that does not quite fit',
    cause: `The answer to the create call was lost, and the owner has ${say(params, 'count')} new servers, but none of them is a clean match.`,
    fix: 'Look at the differences. Adopt the server if it is the right one. If it is somebody else\'s, abandon this order and order anew.',
  }),
  create_none_found: (params) => ({
    title: 'The new server was not found',
    cause: `The answer to the create call was lost, and after ${span(params, 'seconds')} the owner still has no new server that fits.`,
    fix: 'Look at the panel. If nothing was made there, choose "try again"; if the server is there, adopt it.',
  }),
  create_listing_forbidden: () => ({
    title: 'Berth can\'t look for the new server',
    cause: 'The answer to the create call was lost, and the API token may not list servers, so Berth can\'t find out whether it was made.',
    fix: 'Give the token the permissions to list all servers, to list the servers of a user and to read a server, then look again here and decide. Or look at the panel yourself, and abandon the order here.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  create_listing_failed: (params) => ({
    title: 'The panel could not be asked about the new server',
    cause: `The answer to the create call was lost, and in ${span(params, 'seconds')} the panel gave no complete list of the owner's servers.`,
    fix: 'Check the connection to the panel. Once it answers, decide with what it shows, or choose "try again" if nothing was made.',
  }),
  create_foreign_answer: (params) => ({
    title: 'The panel answered with a server of another owner',
    cause: `The create call was made for user ${say(params, 'expected')}, but the answer names the owner ${say(params, 'actual')}. Nothing was installed on it.`,
    fix: 'Look at both users at the panel. Move the server to the right owner and adopt it, or delete it there and try again.',
  }),
  create_other_answer: (params) => ({
    title: 'The panel made another server than was ordered',
    cause: `The panel answered with its server ${say(params, 'virtfusionServerId')}, which differs from the order as shown below. Nothing was installed on it.`,
    fix: 'Correct the server at the panel, or take it as it is, and adopt it. Or delete it there and choose "try again". If it happens again, compare the plan with its package at the panel.',
  }),
  create_already_bound: (params) => ({
    title: 'The panel answered with a server that Berth already has',
    cause: `The panel's answer names its server ${say(params, 'virtfusionServerId')}, and another server of Berth has that number. A panel that was restored from a backup gives numbers out again.`,
    fix: 'Look for that number under Servers. If that server is gone at the panel, delete it in Berth, which touches nothing there; then adopt the new one here.',
  }),
  create_expired: () => ({
    title: 'The order was not sent in time',
    cause: 'Too much time passed between storing the intent and sending it, so it was not sent. Nothing was made.',
    fix: 'Nothing to do: it is tried again.',
  }),
  create_put_off: (params) => ({
    title: 'The panel does not take the order',
    cause: `For half an hour the panel has put the order off each time (${say(params, 'status')})${params['said'] ? `, and says: ${quoted(params, 'said')}` : ''}. No server was made, so nothing is lost and nothing can be there twice.`,
    fix: params['status'] === 429
      ? 'Raise the rate limit of the API token in VirtFusion, or that of a proxy before the panel. Then choose "try again", or abandon the order.'
      : 'Look at the panel for tasks that do not end, or for maintenance of the hypervisor group. Once that is over, choose "try again", or abandon the order.',
  }),
  waiting_for_owner: (params) => ({
    title: 'Waiting for another order of the same owner',
    cause: `An earlier create for the panel's user ${say(params, 'ownerId')} is not decided yet (${say(params, 'reference')}). Two at once could be taken for each other.`,
    fix: 'Nothing to do if the earlier one is still running. If it needs a decision, decide it: this one then goes on.',
  }),
  features_invalid: () => ({
    title: 'The plan can\'t be ordered',
    cause: 'What was kept of the plan when this was ordered does not hold what a create call needs.',
    fix: 'Correct the plan, check it, and order again.',
  }),
}
