import { quoted, say, type DiagnosisWords } from './words.ts'

/** Whose a server is to be. */
export const ownerDiagnoses: DiagnosisWords = {
  customer_disabled: (params) => ({
    title: 'The customer is switched off',
    cause: `The account of ${say(params, 'customer')} was switched off before this order was sent. Nothing was ordered at the panel.`,
    fix: 'Switch the customer on under Customers: the order then goes on by itself. Or abandon the order.',
  }),
  owner_not_resolved: (params) => ({
    title: 'The customer has no user at the panel',
    cause: `The panel refused to make a user for this customer (number ${say(params, 'extRelationId')}), and has none with that number. The e-mail address may belong to a user there already.`,
    fix: `If that user is this customer, choose "Link to a panel user" on the customer's page; a user without external relation needs ${say(params, 'extRelationId')} there first. Tick this order there: it then goes on. Else change the customer's e-mail address and retry. Berth never takes over a user by its e-mail address alone.`,
  }),
  owner_not_readable: (params) => ({
    title: 'The customer\'s panel user can\'t be found',
    cause: `The panel refused to make a user for this customer (number ${say(params, 'extRelationId')}): ${quoted(params, 'said')}. It may have one already, but the API token may not find users.`,
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
  owner_is_somebody_else: (params) => ({
    title: 'The panel\'s user has another e-mail address',
    cause: `The panel's user ${say(params, 'ownerId')} has this customer's number (external relation ${say(params, 'extRelationId')}), but not the customer's e-mail address. Other billing systems on the same panel number their customers as well, so it may be somebody else. Nothing was ordered.`,
    fix: 'If it is the same person, choose "Link to a panel user" on the customer\'s page, and tick this order there: it then goes on. If it is somebody else, abandon this order and add the customer anew: a new customer gets another number.',
  }),
  owner_number_given_again: (params) => ({
    title: 'The panel gives user numbers out again',
    cause: `The panel gave this customer the number ${say(params, 'ownerId')}, which another order was sent for before. It does that when it comes back from a backup. A request from before could still arrive and would look like this customer's, so nothing is sent until that order is decided, or until it is two hours old.`,
    fix: 'Nothing to do, unless an order needs a decision: then decide it. To be quicker, delete that new user at the panel: Berth makes another one, with a higher number.',
  }),
  owner_number_changed: (params) => ({
    title: 'The panel\'s user has another number now',
    cause: `Berth knows this customer as the panel's user ${say(params, 'ownerId')}. ${params['foundId'] === undefined
      ? `The panel has no user with the customer's external relation ${say(params, 'extRelationId')} any more`
      : `The customer's external relation ${say(params, 'extRelationId')} is the panel's user ${say(params, 'foundId')} by now`}, so ${say(params, 'ownerId')} may be a stranger. That happens when the panel comes back from a backup. Nothing more is sent for that user.`,
    fix: `If the panel was put back, enter safe mode (here, or under Settings > API credentials), and leave it once you have compared: customers are looked up again then. Otherwise give the right user the external relation ${say(params, 'extRelationId')} at the panel. Then try again. Where the order was sent already, servers of ${say(params, 'ownerId')} are shown below: if one is the ordered one, give it to the right user at the panel, abandon this order and adopt that server under Drift and orphans.`,
  }),
  owner_number_lost: (params) => ({
    title: 'The panel\'s user is no longer this customer\'s',
    cause: `The server was to go to the panel's user ${say(params, 'ownerId')}, but Berth no longer knows this customer by that number: it may be somebody else's by now. Nothing was changed at the panel.`,
    fix: 'Look at both users at the panel. If the server is with the right one, take the panel\'s owner under Drift and orphans.',
  }),
  new_owner_unknown: (params) => ({
    title: 'The panel has no such owner',
    cause: `The panel does not know the user ${say(params, 'ownerId')} that the server was to go to. The server stays with whom it has now.`,
    fix: 'Take the panel\'s owner under Drift and orphans, or change the owner to a user whom the panel has. A user who is made again gets another number.',
  }),
  owner_number_taken: (params) => ({
    title: 'The panel\'s user belongs to another customer',
    cause: `The panel says that this customer is its user ${say(params, 'ownerId')}, but Berth knows another customer by that number. That happens when the panel comes back from a backup and gives numbers out again.`,
    fix: 'Compare both customers with the panel\'s users. If the user is the other customer\'s, take this customer\'s external relation off it at the panel, so that this one gets a user of its own; then try again. If it is this customer\'s, enter safe mode (Settings > API credentials) and leave it: numbers that no server proves are looked up again then, and the order goes on.',
  }),
}
