import type { NewPassword } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { callPanel, type CallScope, type PanelAnswer } from '../../engine/call-panel.ts'
import { readBuildState } from '../../engine/decide-install.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { findMismatch } from '../../engine/find-mismatch.ts'
import { readSafeMode } from '../../engine/identity/read-safe-mode.ts'
import { readPower } from '../../engine/observation.ts'
import { openPanel } from '../../engine/panel-port.ts'
import { TooLateError } from '../../engine/ports.ts'
import { conflict } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { safeModeProblem } from '../identity/safe-mode-problem.ts'
import { PERSON_OPTIONS } from '../panel/open-panel-for-person.ts'
import { followPasswordTask } from './follow-password-task.ts'
import { limitRequests } from './limit-requests.ts'
import { loadServer } from './load-server.ts'
import type { LoadedServer } from './load-servers.ts'
import { declinedProblem, lostAnswerProblem, mismatchProblem, noPanelProblem } from './password-problems.ts'
import { requireAllowed } from './require-allowed.ts'

/** The change has the client's own time: an answer that was not waited for is a password that nobody sees. */
const SEND_OPTIONS = { retries: 0, lane: 'person' } as const
/** So long after it was asked about, in ms, a server may be another one: more than the read and the fence of the call take. */
const READ_HOLDS_MS = 20_000

/**
 * Sets a new password for root, or for the administrator of a Windows, inside the running server. It is handed over once and stored nowhere,
 * so it is no operation: a lost answer is told and left to the person, since every call makes another password.
 * @throws AppError not_found, conflict with the reason, too_many_requests, panel_refused, panel_unavailable; SafeModeError, TooLateError
 */
export async function resetPassword(call: Call, serverId: string): Promise<NewPassword> {
  const server = await loadServer(call, serverId)
  requireAllowed(call, server, 'reset-password')
  if (await readSafeMode(call.db)) throw safeModeProblem(call.user.role)
  const client = await call.panel.client()
  if (!client) throw noPanelProblem(call)
  await limitRequests(call, 'password-reset')

  const scope: CallScope = { engine: engineOf(call), operationId: null, serverId, attempt: 1, requestId: call.requestId }
  const { clock } = scope.engine
  const askedAt = clock.monotonicMs()
  const isFresh = () => clock.monotonicMs() - askedAt <= READ_HOLDS_MS
  const remoteId = await requireOurs(call, { ...scope, options: PERSON_OPTIONS }, client, server)
  const user = /windows/i.test(server.operatingSystemName ?? '') ? 'Administrator' : 'root'
  // Before it is sent: who asked is known even when the process ends in the middle of the call.
  await recordAudit(call.db, call, { action: 'server.password_reset', entity: 'server', entityId: serverId, entityName: server.name, after: { reference: server.reference } })
  const { queueId, expectedPassword: password } = await send(call, { ...scope, options: SEND_OPTIONS }, client, { remoteId, user, isFresh })
  const isSet = await followPasswordTask(call, { ...scope, options: PERSON_OPTIONS }, client, { queueId, remoteId, password })
  return { user, password, isSet }
}

/** Reads the server first: a password of the wrong one would let a stranger in, so nothing is sent for one that can't be read. */
async function requireOurs(call: Call, scope: CallScope, client: VirtFusionClient, server: LoadedServer): Promise<number> {
  if (server.virtfusionServerId === null) throw conflict('This server is still being made.', 'server_state_conflict')
  const answer = await openPanel(client, scope).getServer(server.virtfusionServerId, { remoteState: true })
  if (!answer.ok) throw declinedProblem(call, answer)
  const mismatch = findMismatch(server, answer.value)
  if (mismatch) throw mismatchProblem(call, mismatch)
  if (answer.value.suspended === true) throw conflict('This server is suspended.', 'server_state_conflict')
  if (readBuildState(answer.value) === 'unbuilt') throw conflict('No operating system is installed on this server.', 'server_state_conflict')
  if (readPower(answer.value) === 'stopped') throw conflict('It is switched off. Start it first.', 'server_state_conflict')
  return server.virtfusionServerId
}

interface Target { remoteId: number, user: NewPassword['user'], isFresh(): boolean }

async function send(call: Call, scope: CallScope, { servers }: VirtFusionClient, { remoteId, user, isFresh }: Target) {
  const sendFor = (name: NewPassword['user'] | 'administrator') => {
    if (!isFresh()) throw new TooLateError('the password was held up since its server was read, and not sent')
    // The panel would mail it as well, and a mail is kept.
    const body = { user: name, sendMail: false }
    return callPanel(scope, { describe: () => servers.resetPassword.request(remoteId, body), send: (options) => servers.resetPassword(remoteId, body, options) })
  }
  const first = await sendFor(user)
  // Some panels want the same name in small letters. Nothing was changed, so it may be tried once.
  const answer = user === 'Administrator' && isAboutUser(first) ? await sendFor('administrator') : first
  if (answer.ok) return answer.value
  throw answer.error.effect === 'unknown' ? lostAnswerProblem() : declinedProblem(call, answer)
}

/** Refused for the name, by field or in a sentence about it. */
const isAboutUser = (answer: PanelAnswer<unknown>) => !answer.ok && answer.error.effect === 'none' && answer.error.status === 422
  && (answer.error.fields.includes('user') || answer.error.messages.some((message) => /\buser\b/i.test(message)))
