import { classifyFailure, type Failure } from '../../engine/classify-failure.ts'
import { concluded } from '../../engine/diagnosis.ts'
import type { PanelAnswer } from '../../engine/call-panel.ts'
import { AppError, conflict } from '../../errors.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { noPanelProblem as noPanel, refuseAsking, remoteGone, type Asking, type Refusal } from '../panel/refuse-asking.ts'

const ASK_SUPPORT = 'This is not possible at the moment. Write to the support of your host.'

export const noPanelProblem = (asking: Asking) => noPanel(asking, ASK_SUPPORT)

export const mismatchProblem = (asking: Asking, diagnosis: DiagnosisRecord) => refuseAsking(asking, {
  code: 'conflict', reason: 'server_mismatch', forAdmins: 'The panel shows another server under this number, so nothing was sent.', forCustomers: ASK_SUPPORT, diagnosis,
})

export const taskFailedProblem = (asking: Asking, message: string) => refuseAsking(asking, {
  code: 'panel_refused', reason: 'password_task_failed', forAdmins: 'The password was not set.',
  forCustomers: 'The password was not set. It is set through the guest agent inside the server: make sure that the server has started and that the agent runs.',
  diagnosis: concluded('password_task_failed', { message }),
})

/** Nobody knows which password is in force, and only a new one can be shown: so it is said, and never sent again by itself. */
export const lostAnswerProblem = () => new AppError(
  'panel_unavailable', 'The answer was lost, so the password may have been changed. Reset it again to get one that you can see.', { reason: 'password_effect_unknown' },
)

const BY_FAILURE: Record<Exclude<Failure, 'absent' | 'busy'>, Pick<Refusal, 'code' | 'reason' | 'forAdmins' | 'forCustomers'>> = {
  unauthorized: { code: 'panel_refused', reason: 'panel_refused', forAdmins: 'The panel refuses the API token, so nothing was changed.', forCustomers: ASK_SUPPORT },
  forbidden: { code: 'panel_refused', reason: 'permission_missing', forAdmins: 'The API token may not do this, so nothing was changed.', forCustomers: ASK_SUPPORT },
  refused: { code: 'panel_refused', reason: 'panel_refused', forAdmins: 'The panel refused this, so nothing was changed.', forCustomers: ASK_SUPPORT },
  unavailable: {
    code: 'panel_unavailable', reason: 'panel_unavailable', forAdmins: 'The panel could not be asked, so nothing was changed.',
    forCustomers: 'This did not work just now, and nothing was changed. Try again in a few minutes.',
  },
}

/** Why a call that certainly changed nothing was declined. */
export function declinedProblem(asking: Asking, { error, diagnosis }: Extract<PanelAnswer<unknown>, { ok: false }>): AppError {
  const failure = classifyFailure(error)
  if (failure === 'absent') return remoteGone(asking, ASK_SUPPORT)
  if (failure === 'busy') return conflict('The server is busy with another task. Try again when that has finished.', 'panel_busy')
  return refuseAsking(asking, { ...BY_FAILURE[failure], diagnosis })
}
