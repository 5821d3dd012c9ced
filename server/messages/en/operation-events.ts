import { OPERATION_LABELS } from '#shared/lifecycle/operation-labels.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import { describeDiagnosis } from '../describe.ts'
import { moment } from './moment.ts'

type Params = Record<string, unknown>
type Sentence = (params: Params) => string

const say = (params: Params, name: string): string => {
  const value = params[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '–'
}

const kindNamed = (kind: string) => new Map<string, string>(Object.entries(OPERATION_LABELS)).get(kind) ?? kind

const STEPS: Record<string, string> = {
  scheduled: 'Wait until it is due',
  prepare: 'Prepare the order',
  intend: 'Note what the owner has now',
  send: 'Send it to the panel',
  settle: 'Look for the new server',
  fence: 'Make sure that it can\'t arrive any more',
  transfer: 'Hand it over to its owner',
  install: 'Begin the installation',
  await_install: 'Install the operating system',
  await_deletion: 'Wait until the panel deletes it',
  check: 'Read the server',
  verify: 'Confirm the result',
  confirm: 'Read back the result',
}

/** A step's name for people. */
export function stepLabel(step: string): string {
  return STEPS[step] ?? step
}

/** The lines of an operation's timeline. Rows hold the code and its parameters. */
const EVENTS: Record<string, Sentence> = {
  asked: () => 'Asked for.',
  scheduled: (params) => `Scheduled for ${moment(params['dueAt']) || 'later'}.`,
  step_begun: (params) => `${stepLabel(say(params, 'step'))}.`,
  waiting: () => 'Waiting.',
  retrying: (params) => `Try ${say(params, 'attempt')} did not work, another follows in ${say(params, 'seconds')} seconds.`,
  needs_attention: () => 'Stopped, somebody has to look at it.',
  failed: () => 'Failed.',
  succeeded: () => 'Done.',
  already_so: () => 'Nothing to do: the server is already like this.',
  succeeded_unconfirmed: () => 'Accepted by the panel. The token may not read servers, so the result can\'t be confirmed.',
  owner_found: (params) => `The customer is the panel's user ${say(params, 'ownerId')}.`,
  owner_made: (params) => `Made the panel's user ${say(params, 'ownerId')} for the customer.`,
  escrow_ready: (params) => `The order is sent for the throw-away user ${say(params, 'userId')}.`,
  escrow_number_given_again: (params) => `The panel gave the number ${say(params, 'userId')} out again, which was another user's before. It is passed over: a request from before could arrive for it.`,
  escrow_not_empty: () => 'The throw-away user has a server already: an earlier attempt took effect after all.',
  fence_closed: () => 'The throw-away user is gone. What was sent for it is refused from now on.',
  fence_refused: () => 'The panel keeps the throw-away user, so it may own a server by now. Looking again.',
  fenced: (params) => `Nothing came of it within ${say(params, 'minutes')} minutes, and nothing can any more: a new attempt begins.`,
  handed_over: (params) => `The server belongs to the panel's user ${say(params, 'ownerId')} now.`,
  bound: (params) => `The panel made server ${say(params, 'virtfusionServerId')}.`,
  adopted: (params) => `Found the panel's server ${say(params, 'virtfusionServerId')}: it is the one that was ordered.`,
  orphan_made: (params) => `The panel also has server ${say(params, 'virtfusionServerId')}, from an earlier attempt whose answer came late. Nothing here points to it: delete it at the panel.`,
  adopted_by_person: (params) => `Adopted the panel's server ${say(params, 'virtfusionServerId')}. Reason: ${say(params, 'reason')}`,
  released_by_person: (params) => `Decided that nothing was made; a new attempt begins. Reason: ${say(params, 'reason')}`,
  abandoned_by_person: (params) => `Abandoned. Reason: ${say(params, 'reason')}`,
  building_again: () => 'The panel says that the installation failed. Nobody has used the disk yet, so it is installed once more.',
  sent_again: (params) => `Nothing came of it for ${say(params, 'minutes')} minutes, so it is sent again, as the settings say.`,
  not_sent: () => 'Not sent: too much time had passed since the intent was stored.',
  effect_unknown: () => 'The answer was lost. Looking before anything else is done.',
  late_answer: () => 'An answer came late, after a person had been asked. Looking again before anything else is done.',
  deleted_before_due: () => 'Not needed any more: the server is deleted.',
  not_installed: () => 'Done, and nothing is installed: the customer was switched off.',
  customer_disabled: () => 'The customer was switched off while this server was being made.',
  customer_enabled: () => 'The customer was switched on again, so the order goes on.',
  deletion_due: () => 'Due now.',
  already_gone: () => 'The panel no longer has it.',
  retried_by_person: () => 'Tried again by hand.',
  hurried_by_person: () => 'Told to go on at once.',
  harm_confirmed_by_person: (params) => `Confirmed after a safety alarm. Reason: ${say(params, 'reason')}`,
  cancelled_by_person: () => 'Cancelled.',
  superseded: (params) => `Ended to make way for "${kindNamed(say(params, 'kind'))}". What was sent by then may still take effect.`,
  cancelled: () => 'Cancelled.',
}

/** One event in words, with its reason where it has one; a code that this version does not know reads as itself. */
export function describeEvent(code: string, params: unknown): string {
  const facts = typeof params === 'object' && params !== null && !Array.isArray(params) ? params as Params : {}
  const sentence = EVENTS[code]?.(facts) ?? code.replaceAll('_', ' ')
  const diagnosis = readDiagnosis(facts['diagnosis'])
  return diagnosis ? `${sentence} ${describeDiagnosis(diagnosis).title}.` : sentence
}

/** Why a remote server may not be the one that was ordered. */
export function describeDifference({ code, expected, actual }: { code: string, expected: string | number | null, actual: string | number | null }): string {
  const [wanted, found] = [expected ?? 'unknown', actual ?? 'unknown']
  switch (code) {
    case 'owner': return expected === null ? `Belongs to user ${found}, who may be somebody else since the panel came back from a backup` : `Belongs to user ${found}, not ${wanted}`
    case 'group': return `Stands in hypervisor group ${found}, not ${wanted}`
    case 'memory': return `Has ${found} MB of memory, not ${wanted}`
    case 'storage': return `Has ${found} GB of disk, not ${wanted}`
    case 'cpu_cores': return `Has ${found} cores, not ${wanted}`
    case 'traffic': return `Has ${found} GB of traffic, not ${wanted}`
    case 'built': return 'An operating system was installed on it already'
    case 'older': return 'Was made before the order was sent'
    case 'unread': return 'Could not be read in full'
    case 'number_held': return `Another server of Berth, which is gone at the panel, still has number ${found}`
    default: return code.replaceAll('_', ' ')
  }
}
