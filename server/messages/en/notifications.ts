import type { Invariant } from '../../engine/invariants/rules.ts'
import { describeDiagnosis } from '../describe.ts'
import { moment } from './moment.ts'

type Params = Record<string, unknown>
interface Words { title: string, body: string }

/** Notifications in words, by code. Rows hold codes and parameters, so a better sentence reaches old rows too. */
const NOTIFICATIONS: Record<string, (params: Params) => Words> = {
  provisioning_failed: (p) => ({ title: `${server(p)} could not be made`, body: reason(p, 'The operation has the details and the way to try again.') }),
  provisioning_needs_attention: (p) => ({ title: `${server(p)} waits for your decision`, body: reason(p, 'It is not known whether the panel made the server. Nothing is sent again until you decide.') }),
  owner_blocked: (p) => ({ title: `${orders(p)} behind the decision about ${text(p, 'reference') || 'an order'}`, body: 'They belong to the same owner at the panel and can\'t be sent before it is decided. Open the order to decide it.' }),
  operation_needs_attention: (p) => ({ title: `${server(p)}: an operation waits for your decision`, body: reason(p, 'It can\'t go on by itself.') }),
  operation_failed: (p) => ({ title: `${server(p)}: ${kind(p)} failed`, body: reason(p, 'The operation has the details and the way to try again.') }),
  server_ready: (p) => ({ title: `${server(p)} is ready`, body: 'Its addresses, and what is installed on it, are on its page.' }),
  server_made_for_disabled: (p) => ({ title: `${server(p)} was made for a customer who is switched off`, body: `The order was under way when ${text(p, 'customer') || 'the customer'} was switched off. The server is suspended, and nothing more is installed on it. Delete it, or switch the customer on and lift the suspension.` }),
  server_suspended: (p) => ({ title: `${server(p)} is suspended`, body: text(p, 'reason') ? `Reason: ${text(p, 'reason')}` : 'It is switched off until the suspension is lifted.' }),
  server_unsuspended: (p) => ({ title: `${server(p)} is no longer suspended`, body: 'It can be used again.' }),
  deletion_scheduled: (p) => ({ title: `${server(p)} will be deleted`, body: moment(p['dueAt']) ? `Server and disk are deleted on ${moment(p['dueAt'])}. Until then it can be cancelled.` : 'Until it is due it can be cancelled.' }),
  deletion_held_by_panel: (p) => ({ title: `${server(p)} will be deleted`, body: moment(p['dueAt']) ? `Server and disk are deleted on ${moment(p['dueAt'])}. This can't be cancelled here any more.` : 'This can\'t be cancelled here any more.' }),
  deletion_cancelled: (p) => ({ title: `${server(p)} stays`, body: 'The scheduled deletion was cancelled.' }),
  server_deleted: (p) => ({ title: `${server(p)} is deleted`, body: 'The server and its disk are gone.' }),
  server_vanished: (p) => ({ title: `${server(p)} is no longer at the panel`, body: 'The panel answered twice that this server does not exist. Berth keeps its record; find out what happened before you go on.' }),
  servers_vanished: (p) => ({ title: `${text(p, 'count')} servers are no longer at the panel`, body: 'The panel answered twice that they do not exist. Berth keeps its records; find out what happened before you go on.' }),
  mass_vanish: (p) => ({
    title: 'Too many servers are missing at once',
    body: `${text(p, 'missing')} are missing and ${text(p, 'exchanged')} show another server, of ${text(p, 'fleet')}. That says more about the panel than about them, so nothing was marked and nothing is changed at the panel. Check that this is the right panel, that it was not restored, and that the token still sees all servers.`,
  }),
  drift_found: (p) => ({ title: `${counted(p, 'difference')} between Berth and the panel`, body: 'Somebody changed servers at the panel. For each, take the panel\'s value, push ours, or ignore it.' }),
  orphans_found: (p) => ({ title: `${counted(p, 'server')} at the panel ${text(p, 'count') === '1' ? 'belongs' : 'belong'} to nobody here`, body: 'Adopt them for a customer, ignore them, or delete them.' }),
  orphan_found: (p) => ({ title: `${server(p)}: the panel has a server too many`, body: `Number ${text(p, 'virtfusionServerId')} was made by an earlier attempt whose answer came late. Look at it and delete it at the panel.` }),
  send_again_ended: () => ({ title: 'Orders that can\'t be found wait for a person again', body: 'The panel is another one, and sending again was chosen for the former one. Choose anew under Settings > Orders.' }),
  escrow_off: (p) => ({ title: 'New orders are sent for their owners again', body: `${ESCROW_OFF[text(p, 'reason')] ?? 'Throw-away users can\'t be relied on at the moment.'} Check again under Settings > Orders.` }),
  panel_unreachable: (p) => ({ title: 'The panel does not answer', body: reason(p, 'Operations wait and go on by themselves once it is back.') }),
  panel_limits_calls: (p) => ({ title: 'The panel asks Berth to wait', body: `For minutes it, or a proxy before it, has answered nothing but that there are too many calls${moment(p['until']) ? `, and to wait until ${moment(p['until'])}` : ''}. Raise the rate limit of the API token, or of the proxy. Operations wait and go on by themselves.` }),
  panel_back: () => ({ title: 'The panel answers again', body: 'Waiting operations go on by themselves.' }),
  panel_refused_credentials: (p) => ({ title: 'The panel refuses the API token', body: reason(p, 'Work is paused. Check the token in Settings > API credentials.') }),
  panel_version_changed: (p) => ({ title: `The panel now runs version ${text(p, 'to')}`, body: `It was ${text(p, 'from')} before. Test the connection in Settings > API credentials, to see whether all that Berth uses still answers.` }),
  panel_certificate_expires: (p) => ({ title: Number(text(p, 'days')) < 0 ? 'The panel\'s certificate has run out' : 'The panel\'s certificate runs out soon', body: `The certificate of ${text(p, 'host')} ${Number(text(p, 'days')) < 0 ? 'was' : 'is'} valid until ${moment(p['validTo'])}. After that no call reaches the panel. Renew it there.` }),
  mass_harm_stopped: (p) => ({ title: 'Stopped: too many servers would be harmed at once', body: `${text(p, 'counted')} suspensions, deletions and reinstallations went out within an hour, and ${text(p, 'allowed')} are allowed. The rest waits until an admin confirms or cancels it.` }),
  safe_mode_entered: (p) => ({ title: 'Berth only reads: nothing is changed at the panel', body: `${describeDiagnosis({ code: text(p, 'code') || 'safe_mode', params: {} }).title}. Compare, then decide how it goes on.` }),
  witness_given_up: (p) => ({ title: 'Berth keeps no witness user at the panel any more', body: `When safe mode was left, it could not be written there: ${describeDiagnosis({ code: text(p, 'code') || 'forbidden', params: {} }).title}. Without it Berth notices less surely that a panel or a database was put back to an older state. Once the cause is gone, let it keep one again in Settings > API credentials.` }),
  invariant_broken: (p) => ({ title: `${server(p)}: Berth has broken one of its own rules`, body: `${BROKEN[text(p, 'rule')] ?? 'What happened must never be.'} This is a defect of Berth: keep the operation's log and report it.` }),
  schema_differs: (p) => ({
    title: 'A process of Berth does not fit its database and takes no work',
    body: text(p, 'fit') === 'newer'
      ? `It is older than the database, which a newer version has migrated (${text(p, 'found')}). Start it again with that version.`
      : `It is newer than the database, which lacks migrations (${text(p, 'built')}). Start it again, or run "npm run db:migrate".`,
  }),
  password_changed: () => ({ title: 'Your password was changed', body: 'All other sign-ins of your account have ended. If this was not you, ask for a new sign-in link at once.' }),
}

/** When it is due, as a sentence before another. */
const deletedOn = (p: Params) => (moment(p['dueAt']) ? `Server and disk are deleted on ${moment(p['dueAt'])}. ` : '')

/** What reads otherwise for a customer: the buttons are their host's. */
const FOR_CUSTOMERS: typeof NOTIFICATIONS = {
  deletion_scheduled: (p) => ({ title: `${server(p)} will be deleted`, body: `${deletedOn(p)}If this is not what you want, write to the support of your host before then.` }),
  deletion_held_by_panel: (p) => ({ title: `${server(p)} will be deleted`, body: `${deletedOn(p)}This may not be possible to stop. If it is not what you want, write to the support of your host at once.` }),
}

const BROKEN: Record<Invariant, string> & Record<string, string | undefined> = {
  sent_twice_at_once: 'Its order has two requests to the panel whose outcome is open. Look at the owner\'s servers for a second one.',
  sent_again_unsettled: 'Its order was sent to the panel again although nobody had settled what came of an earlier request. Look at the owner\'s servers for a second one.',
  failed_unsettled: 'Its order counts as failed although a request may have had an effect. Look at the owner\'s servers for one that came late.',
  built_over_delivered: 'A system was installed on it although it had been handed over before, and nobody had asked to reinstall it. Ask its customer whether data is missing.',
  changed_in_safe_mode: 'Something was sent to the panel for it in safe mode. Compare it with the panel before you leave safe mode.',
  left_without_outcome: 'An operation of it is over, and what became of one of its requests was never written down. Compare it with the panel.',
  timeline_broken: 'A line of an operation\'s timeline was changed, removed or added from outside. Find out who else writes to the database.',
}

const ESCROW_OFF: Record<string, string> = {
  failed: 'The check of throw-away users did not pass any more.',
  safe_mode: 'The panel may be another one, or an older state of itself, so what was checked there does not count any more.',
  connection_changed: 'The connection to the panel was changed, and throw-away users were checked on the former one.',
}

const KINDS: Record<string, string> = {
  create: 'creation', suspend: 'suspension', unsuspend: 'lifting the suspension', delete: 'deletion', boot: 'switching on', shutdown: 'shutting down',
  restart: 'restart', poweroff: 'switching off', rebuild: 'reinstallation', rename: 'renaming', resize: 'change of size', transfer: 'change of owner',
}

/** Title and body of a notification, for the one it is told to; a code without words (of a newer Berth) still reads as something. */
export function describeNotification(code: string, params: unknown, audience: 'admin' | 'customer' = 'admin'): Words {
  const given = typeof params === 'object' && params !== null ? { ...params } : {}
  const words = (audience === 'customer' ? FOR_CUSTOMERS[code] : undefined) ?? NOTIFICATIONS[code]
  return words?.(given) ?? { title: sentence(code), body: '' }
}

function server(params: Params): string {
  const name = text(params, 'serverName')
  const reference = text(params, 'reference')
  if (name && reference && name !== reference) return `${name} (${reference})`
  return name || reference || 'A server'
}

const orders = (params: Params) => (text(params, 'count') === '1' ? '1 order waits' : `${text(params, 'count') || 'Some'} orders wait`)
/** `1 server`, `2 servers`. */
const counted = (params: Params, noun: string) => `${text(params, 'count')} ${noun}${text(params, 'count') === '1' ? '' : 's'}`

const kind = (params: Params) => KINDS[text(params, 'kind')] ?? 'an operation'
const reason = (params: Params, otherwise: string) => text(params, 'reason') || otherwise

function text(params: Params, key: string): string {
  const value = params[key]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function sentence(code: string): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
