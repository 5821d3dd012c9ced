import { abilityOf } from '../../../virtfusion/abilities.ts'
import type { DiagnosisParams } from '../../../virtfusion/diagnosis/types.ts'
import { quoted, say, type DiagnosisWords } from './words.ts'

const said = (params: DiagnosisParams): string => (params['said'] ? ` The panel says: ${quoted(params, 'said')}.` : '')
const STAYS = 'Leave it as it is: orders go on being sent for their owners.'

/** What the check of throw-away users found, and what it means. */
export const probeDiagnoses: DiagnosisWords = {
  probe_right_missing: (params) => ({
    title: 'A permission is missing',
    cause: `The API token may not ${abilityOf(say(params, 'operation'))}.`,
    fix: 'Give it to the token in VirtFusion under Configuration, API, then check again.',
    setting: 'VIRTFUSION_API_TOKEN',
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
    cause: `The package or the hypervisor group does not fit, or the panel makes no server without an IPv4 address.${said(params)} So the check could not go on, which says nothing about throw-away users.`,
    fix: 'Choose a small package and a group that has room, then check again.',
  }),
  probe_refusal_unclear: (params) => ({
    title: 'The panel refuses orders for other users as well',
    cause: `It refused the order for the deleted user, and then the same order for a user who is there.${said(params)} So it is not known whether it refuses an order because the user is gone.`,
    fix: 'Choose a small package and a group that has room, then check again.',
  }),
  probe_server_stays: (params) => ({
    title: 'A test server is not gone yet',
    cause: `The panel took the deletion of server ${say(params, 'virtfusionServerId')}, but still shows it after five minutes.`,
    fix: 'Look at its tasks at the panel. Then remove what is left.',
  }),
  probe_server_built: (params) => ({
    title: 'A test server is in use',
    cause: `Somebody has built server ${say(params, 'virtfusionServerId')} meanwhile, or has given it to another user, so Berth leaves it alone.`,
    fix: 'Decide at the panel what becomes of it. Then remove what is left, or choose "These are gone" if it is to stay.',
  }),
  probe_left_more: (params) => ({
    title: 'More servers than the check can have made',
    cause: `The panel shows ${say(params, 'count')} servers for the users of the check. Nothing was removed.`,
    fix: 'Look at these users at the panel, and delete what is not needed there. Then remove what is left.',
  }),
  probe_user_stays: (params) => ({
    title: 'A test user is still at the panel',
    cause: params['isFound'] === true
      ? `The panel goes on showing user ${say(params, 'userId')} after it was deleted.`
      : `The panel does not find user ${say(params, 'userId')} by the name that it was made with, so Berth can't delete it.`,
    fix: `Delete user ${say(params, 'userId')} at the panel, if its name there is "Berth check". Then choose "These are gone".`,
  }),
  probe_connection_changed: () => ({
    title: 'The connection was changed meanwhile',
    cause: 'The check was begun at another address, or with another token.',
    fix: 'Check again. If something was left at another address, go back to that address to remove it, or delete it there and choose "These are gone".',
  }),
  probe_safe_mode: () => ({
    title: 'Berth only reads at the moment',
    cause: 'It is in doubt, or still being looked at, whether this is the same panel. Nothing is changed there meanwhile, so the check could not go on.',
    fix: 'Look at Safe mode. Once Berth may change things at the panel again, remove what is left, if anything is, and check again.',
  }),
  probe_held_back: () => ({
    title: 'Held back',
    cause: 'Berth stood still for some seconds right before sending, so nothing was sent, and the check did not go on.',
    fix: 'Remove what is left, if anything is, and check again.',
  }),
  // Of runs that an older Berth stored: now the panel's own diagnosis stands there.
  probe_unclear: (params) => ({
    title: 'The panel could not be asked',
    cause: `It gave no clear answer when Berth wanted to ${abilityOf(say(params, 'operation'))}. So nothing is known yet, neither good nor bad.`,
    fix: 'Check again when the panel answers.',
  }),
}
