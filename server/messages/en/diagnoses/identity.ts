import type { DiagnosisParams } from '../../../virtfusion/diagnosis/types.ts'
import { say, type DiagnosisWords } from './words.ts'

/** Whether this is still the same panel and the same database. */
export const identityDiagnoses: DiagnosisWords = {
  safe_mode: () => ({
    title: 'Berth only reads at the moment',
    cause: 'It is in doubt whether the panel, or Berth\'s own database, is still the one that the servers belong to, so nothing is changed.',
    fix: 'Look at Safe mode, compare, and decide. The operation goes on by itself after that.',
  }),
  safe_mode_asked: (params) => ({
    title: 'An admin asked for safe mode',
    cause: `Asked for by ${say(params, 'person')}, with the reason: ${say(params, 'reason').replace(/\.$/, '')}.`,
    fix: 'Compare the servers, mend at the panel what can be mended, then decide.',
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
    fix: adviceFor(params),
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

/** What is safe to do about an operation that may have been carried out already. */
function adviceFor({ kind, isBound, isScheduled }: DiagnosisParams): string {
  if (kind === 'create' && isBound === false) return 'Berth lists below what the owner has at the panel. If the ordered server is there, adopt it. Only else choose "Try again": it would be made twice.'
  if (isScheduled === true) return 'It does not begin by itself any more. Cancel it, and delete the server again if that is still wanted.'
  if (kind === 'rebuild' || kind === 'restart' || kind === 'poweroff') return 'Look at the server at the panel. Cancel this, and ask for it anew if it is still wanted: from here it would be carried out once more.'
  return 'Look at the server at the panel. Then retry, or cancel it if it was done or is no longer wanted.'
}
