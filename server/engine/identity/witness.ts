import type { Services } from '../../context.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { describeEnding, newAttempt, sendAttempt, type CallScope, type PanelAnswer, type PanelCall } from '../call-panel.ts'
import { classifyFailure } from '../classify-failure.ts'
import { concluded } from '../diagnosis.ts'
import { engineOf } from '../engine-of.ts'
import { nameInstallation } from './installation-name.ts'
import { changeSetting, loadIdentity, lockIdentity, ROW } from './known-identity.ts'
import { askAside, findWitness } from './read-identity.ts'
import { counterIn, witnessName } from './witness-name.ts'

export type WitnessOutcome =
  | { type: 'kept', userId: number, counter: number }
  /** Not now: the same again is safe. */
  | { type: 'later', diagnosis: DiagnosisRecord }
  /** This token, or this panel, can't keep one. */
  | { type: 'impossible', diagnosis: DiagnosisRecord }

/**
 * Finds the witness user by its relation text, or makes it. The text is ours, and the address is made from it, so the panel refuses a
 * second one: repeating is safe. A user is never taken over by its address, and an administrator never at all.
 */
export async function ensureWitness(services: Services, client: VirtFusionClient, requestId: string | null = null): Promise<WitnessOutcome> {
  const relation = await nameInstallation(services, client.origin)
  const found = await look(services, client, relation)
  if (found !== 'absent') return found
  const made = await change(services, requestId, makeCall(client, relation))
  const failure = made.ok ? null : classifyFailure(made.error)
  if (!made.ok && failure === 'forbidden') return { type: 'impossible', diagnosis: made.diagnosis }
  // Nothing is at work on a user that is still to be made: a panel that says so means that its relation or address is taken.
  const isRefused = failure === 'refused' || failure === 'busy'
  if (!made.ok && (!isRefused || made.error.effect === 'unknown')) return { type: 'later', diagnosis: made.diagnosis }
  const again = await look(services, client, relation)
  if (again !== 'absent') return again
  // Made, but not to be found: the panel takes no notice of relation texts. Or refused for another reason.
  return { type: 'impossible', diagnosis: made.ok ? concluded('witness_not_found', { userId: made.value.id }) : made.diagnosis }
}

/** The address leads nowhere, and differs for each installation. */
function makeCall({ users }: VirtFusionClient, relation: string): PanelCall<{ id: number }> {
  const body = { name: witnessName(1), email: `${relation}@berth.invalid`, relStr: relation, selfService: 0, sendMail: false }
  return { describe: () => users.create.request(body), send: (via) => users.create(body, via) }
}

async function look(services: Services, client: VirtFusionClient, relation: string): Promise<WitnessOutcome | 'absent'> {
  const answer = await findWitness(client, askAside(services), relation)
  if (answer.ok) {
    const { id: userId, name, admin } = answer.value
    if (admin === true) return { type: 'impossible', diagnosis: concluded('witness_is_admin', { userId }) }
    return { type: 'kept', userId, counter: counterIn(name) ?? 0 }
  }
  const failure = classifyFailure(answer.error)
  if (failure === 'absent') return 'absent'
  return { type: failure === 'forbidden' || failure === 'refused' ? 'impossible' : 'later', diagnosis: answer.diagnosis }
}

/**
 * Counts one further: the number is stored as begun, written at the panel, and then stored as done. Whoever dies in between leaves two
 * numbers that are both ours. Two processes at once write the same number; one that stood still meanwhile writes none, for the panel would
 * look as if it had been put back. @param least the number is higher than this
 */
export async function countWitness(services: Services, client: VirtFusionClient, { least = 0, requestId = null }: { least?: number, requestId?: string | null } = {}): Promise<WitnessOutcome> {
  const begunAt = engineOf(services).clock.monotonicMs()
  const { row } = await loadIdentity(services.db)
  if (!row || row.witnessRelation === null || row.witnessUserId === null) return { type: 'impossible', diagnosis: concluded('witness_not_found') }
  const userId = row.witnessUserId
  const counter = Math.max(row.witnessCounter, least) + 1
  await services.db.$transaction((tx) => changeSetting(tx, { pendingCounter: counter }))

  const answer = await change(services, requestId, renameCall(client, row.witnessRelation, counter), begunAt)
  if (!answer.ok) {
    const failure = classifyFailure(answer.error)
    return { type: failure === 'forbidden' || failure === 'refused' ? 'impossible' : 'later', diagnosis: answer.diagnosis }
  }
  await confirmCounter(services, counter)
  return { type: 'kept', userId, counter }
}

/** The panel was seen to hold this number. */
export async function confirmCounter({ db, now }: Pick<Services, 'db' | 'now'>, counter: number): Promise<void> {
  await db.$transaction(async (tx) => {
    await lockIdentity(tx)
    const { setting } = await loadIdentity(tx)
    await tx.panelIdentity.updateMany({ where: { id: ROW, witnessCounter: { lt: counter } }, data: { witnessCounter: counter } })
    const isDone = setting.pendingCounter !== null && setting.pendingCounter <= counter
    await changeSetting(tx, { ...(isDone ? { pendingCounter: null } : {}), countedAt: now().toISOString() })
  })
}

function renameCall({ users }: VirtFusionClient, relation: string, counter: number): PanelCall<unknown> {
  const [body, options] = [{ name: witnessName(counter) }, { relStr: true }]
  return {
    describe: () => users.changeByExtRelation.request(relation, body, options),
    send: (via) => users.changeByExtRelation(relation, body, { ...options, ...via }),
  }
}

/**
 * With its attempt row, but without a word to the panel's health: a token that may make no users must not pause the orders. The row is
 * written past the gate of safe mode, for counting the witness is how safe mode is left, and the one change that it allows.
 */
async function change<T>(services: Services, requestId: string | null, call: PanelCall<T>, intendedAt?: number): Promise<PanelAnswer<T>> {
  const engine = engineOf(services)
  const scope: CallScope = { engine, operationId: null, serverId: null, attempt: 1, requestId }
  const { requestBody, ...attempt } = newAttempt(scope, call.describe())
  await services.db.provisioningLog.create({ data: { ...attempt, requestBody: requestBody ?? Prisma.DbNull }, select: { id: true } })
  const sent = await sendAttempt(scope, call, intendedAt)
  await engine.store.completeAttempt(attempt.id, describeEnding(sent))
  return sent.answer
}
