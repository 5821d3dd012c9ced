import { quoted, say, when, type DiagnosisWords } from './words.ts'

/** A server that is to be changed. */
export const serverDiagnoses: DiagnosisWords = {
  server_not_built: () => ({
    title: 'No operating system is installed',
    cause: 'The panel has this server, but nothing was ever installed on it, so it can\'t be switched on or off.',
    fix: 'Reinstall the server with an operating system first.',
  }),
  server_busy: (params) => ({
    title: 'The panel is busy with this server',
    cause: params['said'] ? `Another task holds the server. The panel says: ${quoted(params, 'said')}.` : 'Another task holds the server.',
    fix: 'Berth tries again by itself for about half an hour. After that, retry once the server\'s tasks at the panel have ended, or cancel.',
  }),
  server_vanished: (params) => ({
    title: 'The panel no longer has this server',
    cause: `The panel answered twice that it has no server ${say(params, 'virtfusionServerId')}. Berth did not delete it.`,
    fix: 'Find out at the panel what happened to it. If it is gone for good, cancel this operation and delete the server here.',
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
    fix: 'In VirtFusion under Configuration, API, allow the token to read a server and to delete servers, then delete the server again. Or delete it at the panel.',
    setting: 'VIRTFUSION_API_TOKEN',
  }),
  server_protected: () => ({
    title: 'The server is protected at the panel',
    cause: 'Protection at the panel forbids deleting it.',
    fix: 'Switch the protection off at the panel, then delete the server again.',
  }),
  panel_holds_deletion: (params) => ({
    title: 'The panel deletes it when it is due',
    cause: `The panel has taken the deletion and counts the time itself, also while Berth is down: until ${when(params, 'dueAt')}. Then Berth looks whether the server is gone.`,
    fix: 'Nothing to do. It can\'t be cancelled here: the panel\'s API has no way to call it off. Whoever administers VirtFusion may find one there.',
  }),
  panel_kept_server: () => ({
    title: 'The panel did not delete the server',
    cause: 'The panel had taken the deletion, but does not carry it out. Somebody may have called it off at the panel.',
    fix: 'Look at the server at the panel. To keep it, cancel this here; to delete it all the same, cancel this and delete it again.',
  }),
  panel_delay_unsettled: (params) => ({
    title: 'It is not known whether the panel deletes it',
    cause: `The answer to the deletion was lost, and the panel refuses to take it again${params['said'] ? `: ${quoted(params, 'said')}` : ''}. It may be counting already, and then deletes the server by ${when(params, 'dueAt')}.`,
    fix: 'Look at the server at the panel. If it counts there, try again after that time: Berth then looks whether the server is gone. If it does not, try again now.',
  }),
  power_effect_unknown: () => ({
    title: 'It is not known whether this happened',
    cause: 'The answer to the power call was lost. A restart or a power-off is never sent twice by itself.',
    fix: 'Look at the server\'s state and ask again if it is still needed.',
  }),
  wish_expired: (params) => ({
    title: 'Not carried out in time',
    cause: `For ${say(params, 'minutes')} minutes it could not be sent to the panel. After that it may not be wanted any more.`,
    fix: 'Look at the server\'s state and ask again if it is still needed.',
  }),
  power_task_failed: (params) => ({
    title: 'The panel could not do this',
    cause: `The panel's task ended with a failure: ${quoted(params, 'message')}.`,
    fix: 'Look at the server\'s tasks at the panel, then retry.',
  }),
  password_task_failed: (params) => ({
    title: 'The password was not set',
    cause: `The panel sets it through the guest agent inside the server, and its task ended with a failure: ${quoted(params, 'message')}.`,
    fix: 'Make sure that the server has started and that its guest agent runs, then reset the password again.',
  }),
  mass_harm_stopped: () => ({
    title: 'Stopped: too many servers would be harmed at once',
    cause: 'More servers were suspended, deleted or reinstalled within an hour than the safety settings allow, so Berth holds the rest. Nothing was sent for this one.',
    fix: 'Look at the list under Safety, and confirm or cancel it. What is confirmed goes on by itself.',
  }),
  server_protected_here: () => ({
    title: 'The server is protected',
    cause: 'Berth neither deletes nor reinstalls a protected server, also when that was asked for before the protection was switched on. Nothing was sent.',
    fix: 'If it shall happen all the same, take the protection off on the server\'s page, then ask again.',
  }),
}
