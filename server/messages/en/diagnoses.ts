import type { DiagnosisParams } from '../../virtfusion/diagnosis/types.ts'
import { probeDiagnoses } from './probe-diagnoses.ts'

type Params = DiagnosisParams
type Words = (params: Params) => { title: string, cause: string, fix: string }

/** A parameter as text; what is missing reads as a dash rather than as "undefined". */
function say(params: Params, name: string): string {
  const value = params[name]
  return value === undefined || value === null || value === '' ? '–' : String(value)
}

/** A duration for people, in the largest unit of which there are two. */
function span(params: Params, name: string): string {
  const seconds = Number(params[name] ?? 0)
  if (seconds < 120) return `${seconds} seconds`
  if (seconds < 172_800) return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3_600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}

/** What the engine itself has to say. Causes at the panel come with the client; these are about what Berth concluded and does next. */
export const engineDiagnoses: Record<string, Words> = {
  ...probeDiagnoses,
  create_effect_unknown: (params) => ({
    title: 'Looking for the new server',
    cause: 'The answer to the create call was lost, so the server may or may not exist at the panel.',
    fix: `Nothing to do now: Berth reads the owner's servers again and again for ${span(params, 'seconds')} and never sends the order twice by itself.`,
  }),
  create_several_candidates: (params) => ({
    title: 'Several servers may be the new one',
    cause: `The answer to the create call was lost, and the owner has ${say(params, 'count')} new servers that fit. Berth does not guess.`,
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
    fix: 'Give the token the permissions to list the servers of a user and to read a server, then look again here and decide. Or look at the panel yourself, and abandon the order here.',
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
  create_already_bound: (params) => ({
    title: 'The panel answered with a server that Berth already has',
    cause: `The panel's server ${say(params, 'virtfusionServerId')} belongs to another server of Berth. The panel may have been restored from a backup.`,
    fix: 'Compare that server with the panel before anything else is made.',
  }),
  create_expired: () => ({
    title: 'The order was not sent in time',
    cause: 'Too much time passed between storing the intent and sending it, so it was not sent. Nothing was made.',
    fix: 'Nothing to do: it is tried again.',
  }),
  waiting_for_owner: (params) => ({
    title: 'Waiting for another order of the same owner',
    cause: `An earlier create for the panel's user ${say(params, 'ownerId')} is not decided yet (${say(params, 'reference')}). Two at once could be taken for each other.`,
    fix: 'Nothing to do if the earlier one is still running. If it needs a decision, decide it: this one then goes on.',
  }),
  owner_not_resolved: (params) => ({
    title: 'The customer has no user at the panel',
    cause: `The panel refused to make a user for this customer (number ${say(params, 'extRelationId')}), and has none with that number. The e-mail address may belong to a user there already.`,
    fix: 'Link that panel user to the customer, or change the customer\'s e-mail address, then retry. Berth never takes over a user by e-mail address.',
  }),
  owner_not_readable: (params) => ({
    title: 'The customer\'s panel user can\'t be found',
    cause: `The panel refused to make a user for this customer (number ${say(params, 'extRelationId')}): ${say(params, 'said')} It may have one already, but the API token may not find users.`,
    fix: 'Allow the token to find users by external relation, then retry. If the e-mail address belongs to another user there, change the customer\'s.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  owner_effect_unknown: (params) => ({
    title: 'Was the customer\'s panel user made?',
    cause: `The answer to making a panel user (number ${say(params, 'extRelationId')}) was lost, and the API token may not find users. No server was ordered.`,
    fix: 'Allow the token to find users by external relation, or look at the panel yourself. Then try again: the panel refuses a second user with this number.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  owner_is_admin: (params) => ({
    title: 'The panel\'s user is an administrator',
    cause: `The user ${say(params, 'ownerId')} that stands for this customer is an administrator of the panel.`,
    fix: 'Give the customer an ordinary panel user, then retry.',
  }),
  owner_number_given_again: (params) => ({
    title: 'The panel gives user numbers out again',
    cause: `The panel gave this customer the number ${say(params, 'ownerId')}, which was a throw-away user's shortly before. It does that when it comes back from a backup. A request from before could still arrive and would look like this customer's, so nothing is sent for about two hours.`,
    fix: 'Nothing to do. To be quicker, delete that new user at the panel: Berth makes another one, with a higher number.',
  }),
  owner_number_taken: (params) => ({
    title: 'The panel\'s user belongs to another customer',
    cause: `The panel says that this customer is its user ${say(params, 'ownerId')}, but Berth knows another customer by that number. That happens when the panel comes back from a backup and gives numbers out again.`,
    fix: 'Compare both customers with the panel\'s users. Give the other one a user of his own at the panel, or leave safe mode if Berth is in it: numbers that no server proves are looked up again then. Then retry.',
  }),
  escrow_user_unfit: (params) => ({
    title: 'The throw-away user can\'t be used',
    cause: `The panel's user ${say(params, 'userId')} carries the name that Berth gives the throw-away user of this order, but it is an administrator, or the owner himself. Nothing was sent.`,
    fix: 'Find out at the panel who changed that user. Then retry, or switch throw-away users off under Settings, Orders, and order again.',
  }),
  escrow_unlisted: () => ({
    title: 'The throw-away user\'s servers can\'t be listed',
    cause: 'Berth made a user for this order, but the panel does not list what it has. Without that list a lost answer could not be settled, so nothing was sent.',
    fix: 'Allow the token to list the servers of a user. Or switch throw-away users off under Settings, Orders, and order again.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  create_fenced: (params) => ({
    title: 'Making sure that the lost order can\'t arrive any more',
    cause: `The answer was lost and no server came of it. Berth has deleted the throw-away user that it was sent for, so the panel refuses it from now on. It waits ${span(params, 'seconds')} for what was already under way, looks a last time, and then sends the order anew.`,
    fix: 'Nothing to do now.',
  }),
  escrow_fence_forbidden: () => ({
    title: 'The throw-away user can\'t be deleted',
    cause: 'The API token may not delete users any more. Until the user is gone the lost order could still arrive, so it is not sent again.',
    fix: 'Allow the token to delete users, then choose to try again. Berth looks once more before it sends.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  escrow_fence_refused: () => ({
    title: 'The panel keeps the throw-away user',
    cause: 'The panel refuses to delete the user that the lost order was sent for, as if it owned a server, but lists none for it.',
    fix: 'Look at that user at the panel. Once it can be deleted, choose to try again; if a server is there, adopt it.',
  }),
  escrow_taken: () => ({
    title: 'Another server of Berth holds what came of this order',
    cause: 'The throw-away user of this order had a server, and somebody has adopted it for another one meanwhile.',
    fix: 'Compare the two. If that server is what was ordered, abandon this order.',
  }),
  escrow_lost_often: (params) => ({
    title: 'The order gets lost again and again',
    cause: `It was sent ${say(params, 'count')} times, each time for a user of its own, and each time the answer was lost and no server came of it. None of them can arrive any more.`,
    fix: 'Find out what lies between Berth and the panel, or what is wrong at the panel. Then choose to try again.',
  }),
  recipient_unknown: (params) => ({
    title: 'The panel has no such owner',
    cause: `The server was made, but the panel does not know the user ${say(params, 'ownerId')} that it was ordered for. It stands with its throw-away user.`,
    fix: 'If the plan or the customer names a wrong user, correct it, delete this server and order again. If the user was deleted by mistake, make it again and retry.',
    setting: 'virtfusion_user_id',
  }),
  transfer_not_seen: (params) => ({
    title: 'The server can\'t be handed over',
    cause: `The panel accepts that the server goes to the user ${say(params, 'expected')}, but goes on showing it with its throw-away user. Nothing was built.`,
    fix: 'Give the server to that user at the panel, then retry. And switch throw-away users off under Settings, Orders, until the check passes again.',
  }),
  features_invalid: () => ({
    title: 'The plan can\'t be ordered',
    cause: 'What was kept of the plan when this was ordered does not hold what a create call needs.',
    fix: 'Correct the plan, check it, and order again.',
  }),
  install_failed: () => ({
    title: 'The operating system was not installed',
    cause: 'The server exists at the panel, but the panel reports that the build failed.',
    fix: 'Open the server at the panel to see its task log. Then retry: Berth installs again and makes no second server.',
  }),
  install_stalled: (params) => ({
    title: 'The installation does not finish',
    cause: `The panel has been installing for more than ${say(params, 'minutes')} minutes.`,
    fix: 'Look at the server\'s tasks at the panel. Choose retry to wait on; nothing is built twice.',
  }),
  install_effect_unknown: () => ({
    title: 'Checking whether the installation began',
    cause: 'The answer to the build call was lost. Building again could erase a disk, so Berth looks first.',
    fix: 'Nothing to do now: Berth reads the server until it is clear.',
  }),
  install_never_began: () => ({
    title: 'The installation did not begin',
    cause: 'The answer to the build call was lost, and the panel still shows a server that was never built.',
    fix: 'Choose retry to send the build again.',
  }),
  install_unconfirmed: () => ({
    title: 'The installation can\'t be followed',
    cause: 'The API token may not read servers, so Berth can\'t tell whether the installation began.',
    fix: 'Look at the server at the panel. To let Berth follow it, give the token the permission to read a server.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  panel_paused: () => ({
    title: 'The panel refuses the API token',
    cause: 'The panel refused a call that Berth must make, so all work waits. Nothing is lost.',
    fix: 'Correct the token or its permissions under Settings, API credentials. Work goes on by itself after that.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  panel_unconfigured: () => ({
    title: 'No panel is connected',
    cause: 'Berth has no address or no token of a VirtFusion control server, so this can\'t be done yet.',
    fix: 'Enter both under Settings, API credentials. The operation goes on by itself after that.',
    setting: 'VIRTFUSION_API_URL',
  }),
  token_missing: (params) => ({
    title: 'No API token for this address',
    cause: `Berth holds no token for ${say(params, 'origin')}. A stored token is sent only to the address that it was stored for.`,
    fix: 'Enter the API token of this panel. It is made in VirtFusion under Configuration, API.',
  }),
  call_outcome_unknown: () => ({
    title: 'The outcome of a call is not known',
    cause: 'The process ended, or the connection broke, after a call may have reached the panel.',
    fix: 'Nothing to do: Berth looks at the panel before it does anything else.',
  }),
  never_sent: () => ({
    title: 'Held back',
    cause: 'Berth stood still for some seconds right before sending, and another worker may have taken over meanwhile.',
    fix: 'Nothing to do: nothing was sent, and the step is taken again.',
  }),
  server_not_built: () => ({
    title: 'No operating system is installed',
    cause: 'The panel has this server, but nothing was ever installed on it, so it can\'t be switched on or off.',
    fix: 'Rebuild the server with an operating system first.',
  }),
  server_busy: (params) => ({
    title: 'The panel is busy with this server',
    cause: params['said'] ? `Another task holds the server. The panel says: ${say(params, 'said')}.` : 'Another task holds the server.',
    fix: 'Nothing to do: Berth tries again when the task has ended.',
  }),
  server_vanished: (params) => ({
    title: 'The panel no longer has this server',
    cause: `The panel answered twice that it has no server ${say(params, 'virtfusionServerId')}. Berth did not delete it.`,
    fix: 'Find out at the panel what happened to it. If it is gone for good, delete it here.',
  }),
  server_not_bound: () => ({
    title: 'There is no server at the panel yet',
    cause: 'Creating this server was never finished, so there is nothing that could be changed.',
    fix: 'Finish or decide the create operation first.',
  }),
  uuid_mismatch: (params) => ({
    title: 'Another server has this number at the panel',
    cause: `The panel's server ${say(params, 'virtfusionServerId')} has another identity than the one that Berth made. Panels that were restored from a backup use numbers again.`,
    fix: 'Nothing was changed. Compare the server with the panel before you go on.',
  }),
  owner_mismatch: (params) => ({
    title: 'The server belongs to somebody else at the panel',
    cause: `It should belong to the panel's user ${say(params, 'expected')}, but belongs to ${say(params, 'actual')}.`,
    fix: 'Nothing was changed. Move the server back at the panel, or look into why it was moved.',
  }),
  delete_needs_reading: () => ({
    title: 'Permission missing',
    cause: 'The API token may not read a server, and Berth deletes only what it has seen to be the right one. Nothing was sent.',
    fix: 'In VirtFusion under Configuration, API, allow the token to read a server and to delete servers, then retry. Or delete the server at the panel.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  server_protected: () => ({
    title: 'The server is protected at the panel',
    cause: 'Protection at the panel forbids deleting it.',
    fix: 'Switch the protection off at the panel, then retry.',
  }),
  verify_limit: (params) => ({
    title: 'Not confirmed in time',
    cause: `The panel accepted the call, but ${span(params, 'seconds')} later it still does not show the result.`,
    fix: 'Look at the server\'s tasks at the panel. Retry reads the server first and acts only if it is still needed.',
  }),
  power_effect_unknown: () => ({
    title: 'It is not known whether this happened',
    cause: 'The answer to the power call was lost. A restart or a power-off is never sent twice by itself.',
    fix: 'Look at the server\'s state and ask again if it is still needed.',
  }),
  power_task_failed: (params) => ({
    title: 'The panel could not do this',
    cause: `The panel's task ended with a failure: ${say(params, 'message')}.`,
    fix: 'Look at the server\'s tasks at the panel, then retry.',
  }),
  poison: (params) => ({
    title: 'Stopped after several interruptions',
    cause: `This operation was begun ${say(params, 'claims')} times without getting any further.`,
    fix: 'The log of the process says why. Retry once the cause is gone.',
  }),
  defect: () => ({
    title: 'Something broke in Berth',
    cause: 'A step ended with an error that Berth did not expect. The log of the process has the details.',
    fix: 'It is tried again by itself. If it keeps failing, report it with the request id.',
  }),
  accepted_unconfirmed: () => ({
    title: 'Accepted, but not confirmed',
    cause: 'The panel accepted the call. The API token may not read servers, so the result can\'t be seen.',
    fix: 'To have it confirmed, give the token the permission to read a server.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  mass_harm_stopped: () => ({
    title: 'Stopped: too many servers would be harmed at once',
    cause: 'More servers were suspended, deleted or reinstalled within an hour than the safety settings allow, so Berth holds the rest. Nothing was sent for this one.',
    fix: 'Look at the list under Safety, and confirm or cancel it. What is confirmed goes on by itself.',
  }),
  clock_disagrees: (params) => ({
    title: 'The clocks don\'t agree',
    cause: `The clock of this machine and that of the panel differ by ${span(params, 'seconds')}. With a wrong clock a deletion could look due that is not, so nothing was sent.`,
    fix: 'Set the clock of this machine, or that of the panel, right. The operation goes on by itself once they agree.',
  }),
  server_protected_here: () => ({
    title: 'The server is protected',
    cause: 'Berth neither deletes nor reinstalls a protected server, also when that was asked for before the protection was switched on. Nothing was sent.',
    fix: 'If it shall happen all the same, take the protection off on the server\'s page, then ask again.',
  }),
  safe_mode: () => ({
    title: 'Berth only reads at the moment',
    cause: 'It is in doubt whether the panel, or Berth\'s own database, is still the one that the servers belong to, so nothing is changed.',
    fix: 'Look at Safe mode, compare, and decide. The operation goes on by itself after that.',
  }),
  mass_vanish: () => ({
    title: 'Too many servers are missing at the panel at once',
    cause: 'So many servers that Berth knows are gone, or show another server under their number, that the panel itself is more likely to be another one, or an older one.',
    fix: 'Check the address, the token and whether the panel was restored. Then compare the servers and decide.',
  }),
  identity_unchecked: () => ({
    title: 'Looking whether this is still the same panel',
    cause: 'The panel was away, and may have been put back to an older state meanwhile.',
    fix: 'Nothing to do: Berth looks within seconds, then goes on.',
  }),
  panel_is_another: (params) => ({
    title: 'The panel may be another one',
    cause: params['expected'] === undefined
      ? `The panel at ${say(params, 'to')} has other packages and hypervisor groups than the one at ${say(params, 'from')}.`
      : `Berth keeps user ${say(params, 'expected')} at the panel as a witness. ${params['found'] === null ? 'The panel has no such user any more' : `Its place is now taken by user ${say(params, 'found')}`}.`,
    fix: 'Check the address of the panel, and whether it was restored from a backup. Then compare the servers and decide.',
  }),
  panel_was_restored: (params) => ({
    title: 'The panel was put back to an older state',
    cause: `The panel remembers Berth's count ${say(params, 'found')}, but Berth had already counted to ${say(params, 'expected')} there. Servers made since may be missing, and deleted ones may be back.`,
    fix: 'Compare the servers, mend at the panel what can be mended, then go on with the same panel.',
  }),
  fingerprint_changed: (params) => ({
    title: 'The panel may be another one',
    cause: `Of ${say(params, 'known')} packages and hypervisor groups that Berth knew, ${say(params, 'kept')} are still there under their names.`,
    fix: 'If you have changed them yourself, go on with the same panel. Otherwise check the address of the panel.',
  }),
  panel_unproven: (params) => ({
    title: 'It is not shown that this is the same panel',
    cause: `The address changed from ${say(params, 'from')} to ${say(params, 'to')}, and nothing at the new address could be compared.`,
    fix: 'If it is the same panel under a new address, go on with the same panel. Otherwise choose the new one.',
  }),
  database_was_restored: (params) => ({
    title: 'Berth\'s own database was put back to an older state',
    cause: params['part'] === 'counter'
      ? `The panel remembers Berth's count ${say(params, 'found')}, but this database only knows ${say(params, 'expected')}. It is older than what the panel has seen.`
      : 'The database is not the one that Berth wrote to before: it was restored from a backup, copied, or moved to another server.',
    fix: 'Compare the servers. Orders and deletions that read as open here may have been carried out already.',
  }),
  operation_from_before: (params) => ({
    title: 'Asked for before the restore',
    cause: params['decision'] === 'new_panel'
      ? 'This was asked for while Berth was connected to another panel.'
      : 'This stood open in a database that was put back to an older state, so it may have been carried out already.',
    fix: 'Look at the server at the panel. Then try again, or cancel it if it was done or is no longer wanted.',
  }),
  witness_not_found: () => ({
    title: 'The panel can\'t keep a witness',
    cause: 'The panel made the user, but does not find it by its relation text. That needs VirtFusion 7.0 or newer.',
    fix: 'Delete the user "Berth witness" at the panel. Berth goes on comparing packages and hypervisor groups.',
  }),
  witness_is_admin: (params) => ({
    title: 'The witness is an administrator',
    cause: `The panel's user ${say(params, 'userId')} stands for the witness, but is an administrator. Berth never uses one.`,
    fix: 'Take the relation text off that user at the panel, then try again.',
  }),
}
