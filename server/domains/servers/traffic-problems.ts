import type { Call } from '../../context.ts'
import { classifyFailure, type Failure } from '../../engine/classify-failure.ts'
import type { PanelAnswer } from '../../engine/call-panel.ts'
import { AppError, conflict, type ErrorCode } from '../../errors.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'

/** Who asks: what is wrong at the panel, and which setting mends it, is for admins alone. */
type Asking = Pick<Call, 'user'>

export type FailedAnswer = Extract<PanelAnswer<unknown>, { ok: false }>

interface Refusal { code: ErrorCode, reason: string, forAdmins: string }

const FOR_CUSTOMERS = 'It can\'t be read at the moment.'
const SILENT: Refusal = { code: 'panel_unavailable', reason: 'panel_unavailable', forAdmins: 'The panel did not answer just now.' }

const BY_FAILURE: Record<Exclude<Failure, 'absent'>, Refusal> = {
  unauthorized: { code: 'panel_refused', reason: 'panel_refused', forAdmins: 'The panel refuses the API token.' },
  forbidden: { code: 'panel_refused', reason: 'permission_missing', forAdmins: 'The API token may not read it.' },
  refused: { code: 'panel_refused', reason: 'panel_refused', forAdmins: 'The panel does not tell.' },
  busy: SILENT,
  unavailable: SILENT,
}

/** The panel certainly does not have it, as it told now or before. */
export const goneProblem = () => conflict('The panel no longer has this server.', 'remote_gone')

export const noPanelProblem = (asking: Asking) => refuse(asking, { ...SILENT, forAdmins: 'No panel is connected, so it can\'t be asked.' }, { code: 'panel_unconfigured', params: {}, setting: 'VIRTFUSION_API_URL' })

export const mismatchProblem = (asking: Asking, diagnosis: DiagnosisRecord) =>
  refuse(asking, { code: 'conflict', reason: 'server_mismatch', forAdmins: 'The panel shows another server under this number.' }, diagnosis)

/** Why nobody knows the traffic of a server. */
export function unreadProblem(asking: Asking, { error, diagnosis }: FailedAnswer): AppError {
  const failure = classifyFailure(error)
  return failure === 'absent' ? goneProblem() : refuse(asking, BY_FAILURE[failure], diagnosis)
}

function refuse({ user }: Asking, { code, reason, forAdmins }: Refusal, diagnosis: DiagnosisRecord): AppError {
  return user.role === 'admin' ? new AppError(code, forAdmins, { reason, diagnosis }) : new AppError(code, FOR_CUSTOMERS, { reason })
}
