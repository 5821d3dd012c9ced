import type { Call } from '../../context.ts'
import { callPanel, type CallScope, type PanelAnswer } from '../../engine/call-panel.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { AppError, conflict } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { PanelSignIn } from '../../virtfusion/resources/users.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { findPanelUserUses } from '../customers/find-panel-user-uses.ts'
import { PERSON_OPTIONS } from '../panel/open-panel-for-person.ts'
import { readVirtfusionSettings } from '../settings/read-virtfusion-settings.ts'
import { limitRequests } from './limit-requests.ts'
import { loadServer } from './load-server.ts'
import type { LoadedServer } from './load-servers.ts'

/**
 * A one-time address that signs the customer in at the panel, landing on the server where the token may do that. Refused unless the server belongs to the customer's own
 * account there, for a shared one or an administrator's would open other people's servers. The address is handed over once, and stored nowhere.
 * @throws AppError not_found, conflict with the reason, too_many_requests, panel_unavailable
 */
export async function signInAtPanel(call: Call, serverId: string): Promise<{ url: string }> {
  const server = await loadServer(call, serverId)
  const { ownerMode } = await readVirtfusionSettings(call)
  if (ownerMode === 'plan') throw refuse('Signing in at the panel is switched off here, because the servers share one account there.')
  const remoteId = requireRemote(server)
  const customer = await call.db.user.findUniqueOrThrow({
    where: { id: server.customerId }, select: { virtfusionUserId: true, virtfusionExtRelationId: true },
  })
  const ownerId = customer.virtfusionUserId
  if (ownerId === null || ownerId !== server.virtfusionOwnerId || await isShared(call, ownerId, server)) throw refuse(SHARED)
  const client = await call.panel.client()
  if (!client) throw refuse('Signing in at the panel is not set up.')

  await limitRequests(call, 'panel-login')
  const scope: CallScope = { engine: engineOf(call), operationId: null, serverId, attempt: 1, requestId: call.requestId, options: PERSON_OPTIONS }
  await requireOwnAccount(scope, client, customer.virtfusionExtRelationId, ownerId)
  const answer = await enter(scope, client, customer.virtfusionExtRelationId, remoteId)
  if (!answer.ok) throw closed(answer.error)
  await recordAudit(call.db, call, { action: 'server.panel_login', entity: 'server', entityId: serverId, entityName: server.name })
  return { url: answer.value.url }
}

/** Whether the panel's user also stands for somebody else: it owns another customer's server, or is what a plan gives its servers to. */
async function isShared({ db }: Call, ownerId: number, { customerId }: LoadedServer): Promise<boolean> {
  const { sharedByPlan, ownsServersOfOthers } = await findPanelUserUses(db, { customerId, virtfusionUserId: ownerId })
  return ownsServersOfOthers || sharedByPlan !== null
}

/** Whom the sign-in would let in, where the token may look. @throws AppError conflict when that is an administrator, or not the owner; panel_unavailable */
async function requireOwnAccount(scope: CallScope, { users }: VirtFusionClient, extRelationId: number, ownerId: number): Promise<void> {
  const answer = await callPanel(scope, { describe: () => users.getByExtRelation.request(extRelationId), send: (options) => users.getByExtRelation(extRelationId, options) })
  if (!answer.ok) {
    if (classifyFailure(answer.error) === 'forbidden') return
    throw closed(answer.error)
  }
  if (answer.value.admin) throw refuse('Signing in at the panel is not possible for this server, because its account there is an administrator\'s.')
  if (answer.value.id !== ownerId) throw refuse(SHARED)
}

/** Landing on the server where the token may do that, else on the account that owns it. */
async function enter(scope: CallScope, { users }: VirtFusionClient, extRelationId: number, remoteId: number): Promise<PanelAnswer<PanelSignIn>> {
  const atServer = users.createServerAuthenticationToken
  const answer = await callPanel(scope, { describe: () => atServer.request(extRelationId, remoteId), send: (options) => atServer(extRelationId, remoteId, options) })
  if (answer.ok || classifyFailure(answer.error) !== 'forbidden') return answer
  const atAccount = users.createAuthenticationToken
  return callPanel({ ...scope, attempt: 2 }, { describe: () => atAccount.request(extRelationId), send: (options) => atAccount(extRelationId, options) })
}

function requireRemote(server: LoadedServer): number {
  if (server.lifecycle === 'deleted' || server.lifecycle === 'deleting') throw refuse('This server is deleted.')
  if (server.suspension) throw refuse('This server is suspended.')
  if (server.virtfusionServerId === null || server.lifecycle !== 'active') throw refuse('This server is still being made.')
  return server.virtfusionServerId
}

const SHARED = 'Signing in at the panel is not possible for this server, because it belongs to a shared account there.'
const closed = (cause: Error) => new AppError('panel_unavailable', 'The panel did not let you in just now. Try again in a few minutes.', { cause })
const refuse = (reason: string) => conflict(reason, 'panel_login_refused')
