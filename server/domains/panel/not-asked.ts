import { AppError } from '../../errors.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'

/** The panel gave no answer about what a person wants to change. `about` reads as in `this server`. */
export const notAsked = (about: string, diagnosis: DiagnosisRecord) =>
  new AppError('panel_unavailable', `The panel could not be asked about ${about}, so nothing was changed.`, { diagnosis })
