import { abilityOf } from '../../../virtfusion/abilities.ts'
import type { DiagnosisParams } from '../../../virtfusion/diagnosis/types.ts'
import { say, type DiagnosisWords } from './words.ts'

const said = (params: DiagnosisParams): string => (params['said'] ? ` The panel says: ${say(params, 'said')}.` : '')
const STAYS = 'Leave it as it is: orders go on being sent for their owners.'

/** What the check of throw-away users found, and what it means. */
export const probeDiagnoses: DiagnosisWords = {
  probe_right_missing: (params) => ({
    title: 'A permission is missing',
    cause: `The API token may not ${abilityOf(say(params, 'operation'))}.`,
    fix: 'Give it to the token in VirtFusion under Configuration, API, then check again.',
  }),
  probe_relation_ignored: () => ({
    title: 'The panel does not find users by name',
    cause: 'A user was made with a name of Berth\'s, but the panel does not find it by that name. Older panels know no such names. Without them a user whose making got lost could not be found again.',
    fix: `Update the panel, then check again. ${STAYS}`,
  }),
  probe_relation_not_unique: () => ({
    title: 'Two users can have one name',
    cause: 'The panel took a second user with the name of the first. A repeated call would then make a second user, and deleting one would leave the other open for a late order.',
    fix: STAYS,
  }),
  probe_email_not_unique: () => ({
    title: 'Two users can have one e-mail address',
    cause: 'The panel took a second user with the address of the first. Berth counts on the panel to refuse a user that is made twice.',
    fix: STAYS,
  }),
  probe_listing_stale: () => ({
    title: 'The list of a user\'s servers lags behind',
    cause: 'A change did not show in it at once. Berth could take a lost order for one that made nothing, and send it again.',
    fix: STAYS,
  }),
  probe_listing_cut: () => ({
    title: 'The list of a user\'s servers is not complete',
    cause: 'The user owns two servers, and the panel lists one. Berth could miss a server that an order has made twice.',
    fix: STAYS,
  }),
  probe_listing_foreign: () => ({
    title: 'The list of a user\'s servers shows others',
    cause: 'A user who was made a moment ago is shown with a server that is not its own.',
    fix: STAYS,
  }),
  probe_delete_cascades: () => ({
    title: 'Deleting a user destroys its servers',
    cause: 'The panel deleted a user who owned servers, and the servers with it. An order that arrives at the wrong moment would be made and destroyed again, unseen.',
    fix: STAYS,
  }),
  probe_delete_orphans: () => ({
    title: 'Deleting a user leaves its servers without an owner',
    cause: 'The panel deleted a user who owned servers, and kept the servers. A server that a late order has made would stand there unseen, and cost money.',
    fix: STAYS,
  }),
  probe_transfer_refused: (params) => ({
    title: 'A server that was never built can\'t change its owner',
    cause: `The panel refused to give it to another user.${said(params)} A server would have to be built before it belongs to the customer.`,
    fix: STAYS,
  }),
  probe_transfer_not_shown: () => ({
    title: 'The new owner does not show',
    cause: 'The panel accepted that the server goes to another user, but goes on showing the former one.',
    fix: STAYS,
  }),
  probe_deleted_owner_accepted: () => ({
    title: 'The panel makes servers for users who don\'t exist',
    cause: 'It took an order for a user who had been deleted. Deleting the user then keeps no late order from arriving, which is what this is all about.',
    fix: STAYS,
  }),
  probe_create_refused: (params) => ({
    title: 'The panel refused the test server',
    cause: `The package or the hypervisor group does not fit.${said(params)}`,
    fix: 'Choose a small package and a group that has room, then check again.',
  }),
  probe_server_stays: (params) => ({
    title: 'A test server is not gone yet',
    cause: `The panel took the deletion of server ${say(params, 'virtfusionServerId')}, but still shows it after five minutes.`,
    fix: 'Look at its tasks at the panel. Then remove what is left.',
  }),
  probe_server_built: (params) => ({
    title: 'A test server is in use',
    cause: `Somebody has built server ${say(params, 'virtfusionServerId')} meanwhile, so Berth leaves it alone.`,
    fix: 'Decide at the panel what becomes of it. Then remove what is left.',
  }),
  probe_left_more: (params) => ({
    title: 'More servers than the check can have made',
    cause: `The panel shows ${say(params, 'count')} servers for the users of the check. Nothing was removed.`,
    fix: 'Look at these users at the panel, and delete what is not needed there.',
  }),
  probe_connection_changed: () => ({
    title: 'The connection was changed meanwhile',
    cause: 'The check was begun with another address or another token.',
    fix: 'If something was left behind there, go back to that connection to remove it. Otherwise check again.',
  }),
  probe_unclear: (params) => ({
    title: 'The panel could not be asked',
    cause: `It gave no clear answer when Berth wanted to ${abilityOf(say(params, 'operation'))}.${said(params)} So nothing is known yet, neither good nor bad.`,
    fix: 'Check again when the panel answers.',
  }),
}
