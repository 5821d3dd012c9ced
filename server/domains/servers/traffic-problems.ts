import type { PanelAnswer } from '../../engine/call-panel.ts'
import { classifyFailure, type Failure } from '../../engine/classify-failure.ts'
import type { AppError } from '../../errors.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { noPanelProblem as noPanel, refuseAsking, remoteGone, type Asking, type Refusal } from '../panel/refuse-asking.ts'

export type FailedAnswer = Extract<PanelAnswer<unknown>, { ok: false }>

const forCustomers = 'It can\'t be read at the moment.'
const SILENT: Refusal = { code: 'panel_unavailable', reason: 'panel_unavailable', forAdmins: 'The panel did not answer just now.', forCustomers }

const BY_FAILURE: Record<Exclude<Failure, 'absent'>, Refusal> = {
  unauthorized: { code: 'panel_refused', reason: 'panel_refused', forAdmins: 'The panel refuses the API token.', forCustomers },
  forbidden: { code: 'panel_refused', reason: 'permission_missing', forAdmins: 'The API token may not read it.', forCustomers },
  refused: { code: 'panel_refused', reason: 'panel_refused', forAdmins: 'The panel does not tell.', forCustomers },
  busy: SILENT,
  unavailable: SILENT,
}

export const noPanelProblem = (asking: Asking) => noPanel(asking, forCustomers)

export const mismatchProblem = (asking: Asking, diagnosis: DiagnosisRecord) =>
  refuseAsking(asking, { code: 'conflict', reason: 'server_mismatch', forAdmins: 'The panel shows another server under this number.', forCustomers, diagnosis })

export const goneProblem = (asking: Asking) => remoteGone(asking, forCustomers)

/** Why nobody knows the traffic of a server. */
export function unreadProblem(asking: Asking, { error, diagnosis }: FailedAnswer): AppError {
  const failure = classifyFailure(error)
  return failure === 'absent' ? goneProblem(asking) : refuseAsking(asking, { ...BY_FAILURE[failure], diagnosis })
}
