import type { VirtFusionError } from '../errors.ts'
import type { JsonValue } from '../types.ts'

export type DiagnosisParams = Record<string, string | number | boolean | null>

/** The explanation of a failure as it is stored: a code and its parameters, never a sentence. */
export interface DiagnosisRecord {
  code: string
  params: DiagnosisParams
  /** Environment variable or feature key at fault. */
  setting?: string
  docs?: string
}

/** The explanation as people read it. */
export interface Diagnosis {
  code: string
  title: string
  cause: string
  fix: string
  setting?: string
  docs?: string
}

/** What is known beside the error itself; each part sharpens the diagnosis. */
export interface DiagnosisContext {
  /** The address in use, as normalised. */
  baseUrl?: string
  /** The plan's features, to name the key at fault. */
  features?: Readonly<Record<string, unknown>>
  /** The body that was sent, for example of `servers.create`. */
  request?: JsonValue
  /** An address that was tried and is right; null when others were tried in vain; absent when nothing was tried. */
  correctedUrl?: string | null
}

/** What the rules look at. */
export interface Facts {
  error: VirtFusionError
  context: DiagnosisContext
  /** The request field that the panel complains about, by the API's name. */
  field: string | null
  /** All that the panel said, in one lower-case line. */
  said: string
}

/** One cause. The first rule whose `when` holds gives the diagnosis. */
export interface Rule {
  code: string
  when(facts: Facts): boolean
  params?(facts: Facts): DiagnosisParams
  setting?: string | ((facts: Facts) => string | undefined)
}
