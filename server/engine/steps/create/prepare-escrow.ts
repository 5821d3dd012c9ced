import type { VirtFusionUser } from '../../../virtfusion/schemas/users.ts'
import type { PanelAnswer } from '../../call-panel.ts'
import { classifyFailure } from '../../classify-failure.ts'
import { nameEscrowUser, type EscrowName } from '../../create/escrow-name.ts'
import type { CreateMemory } from '../../create/memory.ts'
import { decideChange } from '../../decide-change.ts'
import { concluded } from '../../diagnosis.ts'
import { notNow, paused } from '../../not-now.ts'
import { fail, next, retry, wait, type Happening, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'

const LOOK_AGAIN_MS = 1_000

/**
 * Mode escrow: finds the throw-away user of this attempt by its name, or makes it, and is content only when the panel shows it, under a
 * number that never was another's. Repeating is safe, for the name is ours. The owner at the panel is needed only later, when the server is
 * handed over.
 */
export async function prepareEscrow(run: Run, { escrowNumber }: Pick<CreateMemory, 'escrowNumber'>, owner: { ownerId: number, event?: Happening }): Promise<Outcome> {
  const installation = await run.engine.store.installationName()
  const name = nameEscrowUser({ installation, operationId: run.operation.id, number: escrowNumber })
  const found = await run.panel.findUserByRelation(name.relation)
  if (!found.ok) return classifyFailure(found.error) === 'absent' ? make(run, name) : notFound(found)
  const { id: ownerId, admin } = found.value
  if (await run.engine.store.isGivenAgain(ownerId, name.relation)) return passOver(run, { ...name, escrowNumber, ownerId })
  if (admin === true || ownerId === owner.ownerId) return fail(concluded('escrow_user_unfit', { userId: ownerId }))
  return next('intend', {
    learnt: { ownerId, escrow: { relation: name.relation, recipientId: owner.ownerId } },
    event: owner.event ?? { code: 'escrow_ready', params: { userId: ownerId } },
    writes: [{ type: 'escrow-made', relation: name.relation, virtfusionUserId: ownerId }],
  })
}

function notFound(answer: Extract<PanelAnswer<VirtFusionUser>, { ok: false }>): Outcome {
  switch (classifyFailure(answer.error)) {
    case 'forbidden': return fail(answer.diagnosis)
    case 'refused': return retry(answer.diagnosis)
    default: return notNow(answer)
  }
}

async function make(run: Run, { relation, email }: EscrowName): Promise<Outcome> {
  const made = await run.panel.createUser({ name: 'Berth order', email, relStr: relation, selfService: 0, sendMail: false })
  if (made.ok) return wait(LOOK_AGAIN_MS)
  switch (decideChange(made)) {
    case 'paused':
    case 'forbidden': return paused()
    // Refused because it is there already, or for good: the next look tells, and the tries are counted.
    case 'refused':
    case 'busy':
    case 'absent': return retry(made.diagnosis)
    default: return wait('backoff', made.diagnosis)
  }
}

/**
 * A panel that came back from a backup counts its users on from there, so a create that was held up since before may name this very number
 * and would look like ours. Nothing was sent for this user yet: it goes, and the next one gets a higher number.
 */
async function passOver(run: Run, { relation, escrowNumber, ownerId }: EscrowName & { escrowNumber: number, ownerId: number }): Promise<Outcome> {
  const deleted = await run.panel.deleteUserByRelation(relation)
  switch (decideChange(deleted)) {
    case 'paused': return paused()
    case 'unknown':
    case 'unavailable': return wait('backoff', deleted.ok ? undefined : deleted.diagnosis)
    // A user who stays is in nobody's way, for no order is sent for it. The panel keeps one who owns a server: what came late is there already.
    default: return wait(LOOK_AGAIN_MS, undefined, { learnt: { escrowNumber: escrowNumber + 1 }, event: { code: 'escrow_number_given_again', params: { userId: ownerId } } })
  }
}

/** What stands in the way of sending for a throw-away user whose servers are these; null when it has none, as it must. Pure. */
export function judgeEscrowStart(ids: readonly number[] | null, now: Date): Outcome | null {
  // Nothing was sent, and nothing is, while nobody can look at what would come of it.
  if (ids === null) return retry(concluded('escrow_unlisted'), { step: 'prepare' })
  if (ids.length === 0) return null
  // An attempt that had no effect had one after all.
  return next('settle', { learnt: { baseline: [], baselineAt: null, settleSince: now.toISOString(), looks: null }, event: { code: 'escrow_not_empty' } })
}
