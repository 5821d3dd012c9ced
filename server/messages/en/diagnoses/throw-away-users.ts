import { say, span, when, type DiagnosisWords } from './words.ts'

/** Orders that are sent for a user of their own. */
export const throwAwayUserDiagnoses: DiagnosisWords = {
  escrow_user_unfit: (params) => ({
    title: 'The throw-away user can\'t be used',
    cause: `The panel's user ${say(params, 'userId')} carries the name that Berth gives the throw-away user of this order, but it is an administrator, or the owner itself. Nothing was sent.`,
    fix: 'Find out at the panel who changed that user. Then retry, or choose "Send orders for their owners" under Settings > Orders, and order again.',
  }),
  escrow_unlisted: () => ({
    title: 'The throw-away user\'s servers can\'t be listed',
    cause: 'Berth made a user for this order, but the panel does not list what it has. Without that list a lost answer could not be settled, so nothing was sent.',
    fix: 'Allow the token to list the servers of a user, then retry. Or choose "Send orders for their owners" under Settings > Orders, and order again.',
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
  escrow_user_changed: (params) => ({
    title: 'The panel\'s throw-away user is somebody else by now',
    cause: `The order was sent for the panel's user ${say(params, 'ownerId')}, but the panel does not know the order's name (${say(params, 'relation')}) by that number any more, so what that user has may be a stranger's. That happens when the panel comes back from a backup. Nothing was adopted or sent.`,
    fix: 'If the panel was put back, enter safe mode (Settings > API credentials) and leave it once you have compared. Then look at what that user has: adopt the server if it is the ordered one; else choose "It never happened".',
  }),
  escrow_fence_void: (params) => ({
    title: 'A lost request of this order may still arrive',
    cause: `The order was sent for the panel's user ${say(params, 'ownerId')} (${when(params, 'sentAt')}), and the answer was lost. Berth deleted that user, so that the panel refuses the request. The panel came back from a backup since, or is another one, so that number may be somebody else's now, and the request would make a server for him. Nothing more was sent.`,
    fix: 'Wait until an hour has passed since it was sent. Then look at the panel and under Orphans for a server of that user. If there is one, abandon this order and adopt that server, or delete it; else choose "It never happened", and the order is sent again.',
  }),
  escrow_taken: () => ({
    title: 'Another server of Berth holds what came of this order',
    cause: 'The throw-away user of this order had a server, and somebody has adopted it for another one meanwhile.',
    fix: 'Compare the two. If that server is what was ordered, abandon this order. If it is not, choose "It never happened": the order is sent again.',
  }),
  escrow_lost_often: (params) => ({
    title: 'The order gets lost again and again',
    cause: `It was sent ${say(params, 'count')} times, each time for a user of its own, and each time the answer was lost and no server came of it. None of them can arrive any more.`,
    fix: 'Find out what lies between Berth and the panel, or what is wrong at the panel. Then choose to try again.',
  }),
  recipient_unknown: (params) => ({
    title: 'The panel has no such owner',
    cause: `The server was made, but the panel does not know the user ${say(params, 'ownerId')} that it was ordered for. It stands with its throw-away user.`,
    fix: 'Correct the plan or the customer that names this user (a user who is made again gets another number), then delete this server and order again.',
    setting: 'virtfusion_user_id',
  }),
  transfer_not_seen: (params) => ({
    title: 'The server can\'t be handed over',
    cause: `The panel accepts that the server goes to the user ${say(params, 'expected')}, but goes on showing it with its throw-away user. Nothing was built.`,
    fix: 'Give the server to that user at the panel, then retry. And choose "Send orders for their owners" under Settings > Orders, until the check passes again.',
  }),
}
