import type { ReadinessChecks } from '#shared/schemas/health.ts'
import type { DiagnosisRecord } from './virtfusion/diagnosis/types.ts'

/** What Berth refuses, as codes that machines can rely on, each with its HTTP status. */
const STATUS = {
  /** The input does not fit its schema; `fields` says where. */
  invalid_input: 400,
  /** Nobody is signed in. */
  unauthenticated: 401,
  /** Signed in, but the role may not do this, or the request comes from another origin. */
  forbidden: 403,
  /** There is no such thing, or it is not yours: the two answer alike. */
  not_found: 404,
  method_not_allowed: 405,
  /** The thing is in a state that does not allow this; the detail says which. */
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  /** The panel refused, and the diagnosis says why. */
  panel_refused: 422,
  too_many_requests: 429,
  internal: 500,
  /** The panel could not be asked. */
  panel_unavailable: 502,
  /** The database can't be reached, or Berth is starting or stopping. */
  unavailable: 503,
  /** A probe's answer: nobody should be sent here yet, or any more. `checks` says what does not work. */
  not_ready: 503,
} as const

export type ErrorCode = keyof typeof STATUS

interface AppErrorOptions {
  /** A closer code for machines, for example `plan_in_use`; defaults to the error's own. */
  reason?: string
  fields?: Record<string, string>
  diagnosis?: DiagnosisRecord
  checks?: ReadinessChecks
  retryAfterSeconds?: number
  cause?: unknown
}

/** The one error that domain code throws. `detail` is a sentence for people; causes stay in the log. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly reason: string
  readonly fields: Record<string, string> | undefined
  readonly diagnosis: DiagnosisRecord | undefined
  readonly checks: ReadinessChecks | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.status = STATUS[code]
    this.reason = options.reason ?? code
    this.fields = options.fields
    this.diagnosis = options.diagnosis
    this.checks = options.checks
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** For an id that does not exist and for one that is somebody else's: the same words, so that nobody can tell. */
export const notFound = () => new AppError('not_found', 'There is nothing here, or it is not yours to see.')

export const conflict = (detail: string, reason = 'conflict') => new AppError('conflict', detail, { reason })

/** Input that a schema can't judge, for example a name that is taken. */
export const invalidField = (field: string, message: string) => new AppError('invalid_input', message, { fields: { [field]: message } })
