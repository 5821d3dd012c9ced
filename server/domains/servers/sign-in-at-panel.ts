import type { Call } from '../../context.ts'
import { callPanel, type CallScope, type PanelAnswer } from '../../engine/call-panel.ts'
import { classifyFailure, type Failure } from '../../engine/classify-failure.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { AppError, conflict } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { VirtFusionError } from '../../virtfusion/errors.ts'
import type { PanelSignIn } from '../../virtfusion/resources/users.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { PERSON_OPTIONS } from '../panel/open-panel-for-person.ts'
import { limitRequests } from './limit-requests.ts'
import { loadServer } from './load-server.ts'
import { judgePanelLogin, readPanelAccount, SHARED_ACCOUNT } from './panel-account.ts'

/**
 * A one-time address that signs the customer in at the panel, landing on the server where the token may do that. Refused unless the server belongs to the customer's own
 * account there, for a shared one or an administrator's would open other people's servers. The address is handed over once, and stored nowhere.
 * @throws AppError not_found, conflict with the reason, too_many_requests, panel_unavailable
 */
export async function signInAtPanel(call: Call, serverId: string): Promise<{ url: string }> {
  const server = await loadServer(call, serverId)
  const account = await readPanelAccount(call, server.customerId)
  const login = judgePanelLogin(server, account)
  if (!login.allowed) throw refuse(login.reason)

  await limitRequests(call, 'panel-login')
  const scope: CallScope = { engine: engineOf(call), operationId: null, serverId, attempt: 1, requestId: call.requestId, options: PERSON_OPTIONS }
  await requireOwnAccount(scope, login.client, account.extRelationId, login.userId)
  const answer = await enter(scope, login.client, account.extRelationId, login.remoteId)
  if (!answer.ok) throw closed(answer.error)
  await recordAudit(call.db, call, { action: 'server.panel_login', entity: 'server', entityId: serverId, entityName: server.name })
  return { url: answer.value.url }
}

/** Whom the sign-in would let in, where the token may look. @throws AppError conflict when that is an administrator, or not the owner; panel_unavailable */
async function requireOwnAccount(scope: CallScope, { users }: VirtFusionClient, extRelationId: number, ownerId: number): Promise<void> {
  const answer = await callPanel(scope, { describe: () => users.getByExtRelation.request(extRelationId), send: (options) => users.getByExtRelation(extRelationId, options) })
  if (!answer.ok) {
    if (classifyFailure(answer.error) === 'forbidden') return
    throw closed(answer.error)
  }
  if (answer.value.admin) throw refuse('Signing in at the panel is not possible for this server, because its account there is an administrator\'s.')
  if (answer.value.id !== ownerId) throw refuse(SHARED_ACCOUNT)
}

/** Landing on the server where the token may do that, else on the account that owns it. */
async function enter(scope: CallScope, { users }: VirtFusionClient, extRelationId: number, remoteId: number): Promise<PanelAnswer<PanelSignIn>> {
  const atServer = users.createServerAuthenticationToken
  const answer = await callPanel(scope, { describe: () => atServer.request(extRelationId, remoteId), send: (options) => atServer(extRelationId, remoteId, options) })
  if (answer.ok || classifyFailure(answer.error) !== 'forbidden') return answer
  const atAccount = users.createAuthenticationToken
  return callPanel({ ...scope, attempt: 2 }, { describe: () => atAccount.request(extRelationId), send: (options) => atAccount(extRelationId, options) })
}

/** The same call again would get the same answer: about the token, the account or the server. */
const FOR_GOOD: readonly Failure[] = ['forbidden', 'absent', 'refused']

function closed(cause: VirtFusionError): AppError {
  if (FOR_GOOD.includes(classifyFailure(cause))) return new AppError('conflict', 'The panel does not let you in. Write to the support of your host.', { reason: REFUSED, cause })
  return new AppError('panel_unavailable', 'The panel did not let you in just now. Try again in a few minutes.', { cause })
}

const REFUSED = 'panel_login_refused'
const refuse = (why: string) => conflict(why, REFUSED)
