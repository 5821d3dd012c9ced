import type { Diagnosis } from '#shared/schemas/common.ts'
import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import { engineDiagnoses } from './en/diagnoses/index.ts'
import { describeDiagnosis as describePanelDiagnosis } from '../virtfusion/diagnosis/describe.ts'

/**
 * Puts a stored diagnosis into words. Rows hold codes and parameters only, so wording can be mended for rows that exist already.
 * The panel's own causes come with the client; what the engine adds stands in this folder.
 */
export function describeDiagnosis(record: DiagnosisRecord): Diagnosis {
  const own = engineDiagnoses[record.code]
  if (!own) return { ...describePanelDiagnosis(record), params: record.params }
  return {
    code: record.code,
    ...own(record.params),
    ...(record.setting ? { setting: record.setting } : {}),
    ...(record.docs ? { docs: record.docs } : {}),
    params: record.params,
  }
}
