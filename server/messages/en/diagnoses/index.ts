import { callDiagnoses } from './calls.ts'
import { connectionDiagnoses } from './connection.ts'
import { identityDiagnoses } from './identity.ts'
import { installationDiagnoses } from './installations.ts'
import { orderDiagnoses } from './orders.ts'
import { ownerDiagnoses } from './owners.ts'
import { probeDiagnoses } from './probe.ts'
import { serverDiagnoses } from './servers.ts'
import { throwAwayUserDiagnoses } from './throw-away-users.ts'
import type { DiagnosisWords } from './words.ts'

/** What the engine itself has to say, by code. Causes at the panel come with the client; these are about what Berth concluded and does next. */
export const engineDiagnoses: DiagnosisWords = {
  ...orderDiagnoses,
  ...ownerDiagnoses,
  ...throwAwayUserDiagnoses,
  ...probeDiagnoses,
  ...installationDiagnoses,
  ...serverDiagnoses,
  ...callDiagnoses,
  ...connectionDiagnoses,
  ...identityDiagnoses,
}
