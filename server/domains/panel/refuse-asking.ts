import type { Call } from '../../context.ts'
import { AppError, type ErrorCode } from '../../errors.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'

/** Who asks: what is wrong at the panel, and which setting mends it, is for admins alone. */
export type Asking = Pick<Call, 'user'>

export interface Refusal { code: ErrorCode, reason: string, forAdmins: string, forCustomers: string, diagnosis?: DiagnosisRecord }

/** Why the panel could not do or tell what somebody asked for, in the words of whoever reads it. */
export function refuseAsking({ user }: Asking, { code, reason, forAdmins, forCustomers, diagnosis }: Refusal): AppError {
  return user.role === 'admin' ? new AppError(code, forAdmins, { reason, ...(diagnosis ? { diagnosis } : {}) }) : new AppError(code, forCustomers, { reason })
}

export const noPanelProblem = (asking: Asking, forCustomers: string) => refuseAsking(asking, {
  code: 'panel_unavailable', reason: 'panel_unavailable', forAdmins: 'No panel is connected, so it can\'t be asked.', forCustomers,
  diagnosis: { code: 'panel_unconfigured', params: {}, setting: 'VIRTFUSION_API_URL' },
})

const GONE = 'The panel no longer has this server.'
/** The panel certainly does not have the server, as it told now or before. Where customers ask too, they have words of their own. */
export const remoteGone = (asking: Asking, forCustomers = GONE) => refuseAsking(asking, { code: 'conflict', reason: 'remote_gone', forAdmins: GONE, forCustomers })
