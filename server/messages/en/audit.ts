interface Told { action: string, entity: string, entityName: string | null, before?: unknown, after?: unknown }

const PROBE_ENDS: Record<string, string> = {
  passed: 'The check of throw-away users passed',
  failed: 'The check of throw-away users failed',
  broken_off: 'The check of throw-away users was broken off',
}

/** What was done, in words, by action. The person who did it stands beside it, so the sentences begin with the verb. */
const ACTIONS: Record<string, (event: Told) => string> = {
  'session.started': () => 'Signed in',
  'session.ended': () => 'Signed a browser out',
  'session.ended_everywhere': (event) => `Signed${named(event)} out everywhere`,
  'session.others_ended': () => 'Signed all other browsers out',
  'account.updated': () => 'Changed the own name',
  'account.password_changed': () => 'Changed the own password',
  'invitation.accepted': () => 'Set a password by a link',
  'admin.created': (event) => `Made the first admin${named(event)}`,
  'admin.added': (event) => `Added the admin${named(event)} by npm run admin`,
  'admin.invited': (event) => `Made a link for the admin${named(event)} by npm run admin`,
  'customer.created': (event) => `Added the customer${named(event)}`,
  'customer.updated': describeCustomerUpdate,
  'customer.linked': (event) => `Linked the customer${named(event)} to the panel's user ${String(flag(event.after, 'virtfusionUserId') ?? '')}`,
  'customer.unlinked': (event) => `Undid the link of the customer${named(event)} to the panel's user ${String(flag(event.before, 'virtfusionUserId') ?? '')}`,
  'customer.invited': (event) => (flag(event.after, 'isReset') ? `Made a link to reset the access of${named(event)}` : `Made an invitation link for${named(event)}`),
  'plan.created': (event) => `Made the plan${named(event)}`,
  'plan.updated': (event) => `Changed the plan${named(event)}`,
  'plan.deleted': (event) => `Deleted the plan${named(event)}`,
  'plan.checked': (event) => `Checked the plan${named(event)} against the panel`,
  'settings.updated': () => 'Changed the API credentials',
  'settings.cleared': () => 'Went back to the API credentials of the environment',
  'settings.orders_updated': () => 'Changed what happens to orders that can\'t be found',
  'settings.send_again_ended': () => 'Went back to asking about orders that can\'t be found: the panel is another one',
  'settings.create_mode_changed': (event) => (flag(event.after, 'mode') === 'escrow' ? 'Lets orders be sent for throw-away users' : 'Lets orders be sent for their owners'),
  'escrow_probe.began': () => 'Began to check whether the panel can do with throw-away users',
  'escrow_probe.ended': (event) => PROBE_ENDS[String(flag(event.after, 'state'))] ?? 'The check of throw-away users ended',
  'escrow_probe.cleaned_up': () => 'Asked to remove what the check of throw-away users had left at the panel',
  'escrow_probe.forgotten': () => 'Said that what the check of throw-away users had left at the panel is gone',
  'settings.tested': (event) => (flag(event.after, 'ok') === false ? 'Tested the connection: it failed' : 'Tested the connection'),
  'settings.webhook_secret_made': () => 'Made a new secret for messages from the panel',
  'settings.webhook_secret_removed': () => 'Turned messages from the panel off',
  'settings.safety_updated': () => 'Changed the safety settings',
  'safety.alarm_confirmed': (event) => `Confirmed ${operations(event)} that a safety alarm had stopped`,
  'safety.alarm_cancelled': (event) => `Cancelled ${operations(event)} that a safety alarm had stopped`,
  'server.protected': (event) => `Protected the server${named(event)}`,
  'server.unprotected': (event) => `Took the protection off the server${named(event)}`,
  'settings.witness_kept': () => 'Let Berth keep a witness user at the panel',
  'settings.witness_given_up': () => 'Gave the witness user at the panel up',
  'settings.witness_declined': () => 'Declined a witness user at the panel',
  'safe_mode.entered': () => 'Went into safe mode: nothing is changed at the panel',
  'safe_mode.left': (event) => (flag(event.after, 'decision') === 'new_panel' ? 'Left safe mode with a new panel' : 'Left safe mode with the same panel'),
  'server.created': (event) => `Ordered the server${named(event)}`,
  'server.renamed': (event) => `Renamed the server${named(event)}`,
  'server.power_changed': (event) => `Asked to ${POWER[String(flag(event.after, 'action'))] ?? 'switch'} the server${named(event)}`,
  'server.suspended': (event) => `Asked to suspend the server${named(event)}`,
  'server.unsuspended': (event) => `Asked to lift the suspension of the server${named(event)}`,
  'server.rebuilt': (event) => `Asked to reinstall the server${named(event)}`,
  'server.deleted': (event) => `Asked to delete the server${named(event)}`,
  'server.deletion_scheduled': (event) => `Scheduled the deletion of the server${named(event)}`,
  'server.panel_login': (event) => `Signed in at the panel for the server${named(event)}`,
  'server.password_reset': (event) => `Asked to reset the root password of the server${named(event)}`,
  'order.fenced': (event) => `Took the throw-away user ${String(flag(event.after, 'userId') ?? '')} of the lost order of the server${named(event)} away, to send the order anew`,
  'order.sent_again': (event) => `Sent the lost order of the server${named(event)} again after ${String(flag(event.after, 'minutes') ?? 'some')} minutes, as the settings say`,
  'server.drift_taken': (event) => `Took the panel's value over for the server${named(event)}`,
  'server.drift_pushed': (event) => `Asked to carry our value to the panel for the server${named(event)}`,
  'server.drift_ignored': (event) => `Ignored a difference of the server${named(event)}`,
  'server.adopted': (event) => `Adopted the server${named(event)} from the panel`,
  'orphan.ignored': (event) => `Ignored the orphan${named(event)}`,
  'orphan.deleted': (event) => `Asked to delete the orphan${named(event)}`,
  'operation.resolved': (event) => `Decided on an operation of the server${named(event)}`,
  'operation.retried': (event) => `Asked to try an operation again on the server${named(event)}`,
  'operation.cancelled': (event) => `Cancelled an operation of the server${named(event)}`,
  'operation.superseded': (event) => `Ended an operation of the server${named(event)} for another one`,
}

const POWER: Record<string, string> = { boot: 'start', shutdown: 'shut down', restart: 'restart', poweroff: 'switch off' }

/** One line of the audit log in words; an action without words reads as its own name. */
export function describeAuditEvent(event: Told): string {
  return ACTIONS[event.action]?.(event) ?? `${sentence(event.action)}${named(event)}`
}

function describeCustomerUpdate(event: Told): string {
  const wasDisabled = flag(event.before, 'isDisabled')
  const isDisabled = flag(event.after, 'isDisabled')
  if (wasDisabled === false && isDisabled) return `Switched off the account of${named(event)}`
  if (wasDisabled && isDisabled === false) return `Switched on the account of${named(event)}`
  return flag(event.after, 'passwordChanged') ? `Set a new password for${named(event)}` : `Changed the customer${named(event)}`
}

function operations({ after }: Told): string {
  const count = Number(flag(after, 'count') ?? 0)
  return count === 1 ? '1 operation' : `${count} operations`
}

const named = ({ entityName }: Told) => (entityName ? ` ${entityName}` : '')

function flag(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined
}

/** `moon.phase_changed` reads as `Moon phase changed`. */
function sentence(action: string): string {
  const words = action.replaceAll(/[._-]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
