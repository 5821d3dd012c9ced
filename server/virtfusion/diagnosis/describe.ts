import { speak } from './say.ts'
import type { Diagnosis, DiagnosisRecord } from './types.ts'
import { words } from './words.en.ts'

const MAY_HAVE_ACTED = 'Whether the panel carried the change out is not known; Berth looks before it sends anything again.'

/** Puts a stored diagnosis into words. A code from another version of Berth is described in general terms rather than not at all. */
export function describeDiagnosis(record: DiagnosisRecord): Diagnosis {
  const phrase = words[record.code]
  const { title, cause, fix } = phrase
    ? phrase(speak(record.params))
    : { title: 'The call failed', cause: `Reported as ${record.code}.`, fix: 'Look at the request and the answer in the provisioning log.' }
  return {
    code: record.code,
    title,
    cause: record.params.mayHaveActed === true ? `${cause} ${MAY_HAVE_ACTED}` : cause,
    fix,
    ...(record.setting === undefined ? {} : { setting: record.setting }),
    ...(record.docs === undefined ? {} : { docs: record.docs }),
  }
}
