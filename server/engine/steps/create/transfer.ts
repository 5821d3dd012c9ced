import { hasCustomersNumber } from '../../create/has-customers-number.ts'
import { readCreateMemory, type Escrow } from '../../create/memory.ts'
import { decideChange } from '../../decide-change.ts'
import { concluded } from '../../diagnosis.ts'
import { findOwnerDoubt } from '../../find-owner-doubt.ts'
import { paused } from '../../not-now.ts'
import { attention, fail, next, wait, type Outcome } from '../../outcome.ts'
import { readBoundServer, vanished } from '../../read-bound-server.ts'
import type { Run, Step } from '../../run.ts'
import { resolveOwner } from './resolve-owner.ts'

const LOOK_AGAIN_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** A panel that took the call this often and does not show its result needs a person. */
const MOST_TRANSFERS = 10

/**
 * Gives a server that was made for a throw-away user to whom it was ordered for. Reads first and after: only when the panel shows the new
 * owner the way goes on to the installation. A lost answer is settled by reading; giving it twice changes nothing.
 */
export const transfer: Step = async (run) => {
  const { operation, server } = run
  const { escrow, order, ownerId, transfers } = readCreateMemory(operation)
  if (!escrow) return next('install')
  if (order && !hasCustomersNumber(order, server, escrow.recipientId)) return resolveAgain(run, escrow)
  const read = await readBoundServer(run)
  if (read.type === 'ended') return read.outcome
  if (read.type === 'gone') return vanished(run, read.since)
  if (read.type === 'blind') return fail(read.diagnosis)
  const actual = read.remote.ownerId
  const doubt = order && (actual === escrow.recipientId || actual === ownerId) ? await findOwnerDoubt(run, order, escrow.recipientId) : null
  if (doubt) return doubt
  if (actual === escrow.recipientId) return handedOver(escrow)
  if (actual !== ownerId) return attention(concluded('owner_mismatch', { expected: escrow.recipientId, actual }))
  if (transfers >= MOST_TRANSFERS) return attention(concluded('transfer_not_seen', { expected: escrow.recipientId }))
  return give(run, escrow, transfers)
}

/** The customer has lost that number meanwhile. */
async function resolveAgain(run: Run, escrow: Escrow): Promise<Outcome> {
  const owner = await resolveOwner(run)
  return owner.type === 'ended' ? owner.outcome : next('transfer', { learnt: { escrow: { ...escrow, recipientId: owner.ownerId } }, ...(owner.event ? { event: owner.event } : {}) })
}

function handedOver({ recipientId }: Escrow): Outcome {
  return next('install', {
    learnt: { transfers: null },
    event: { code: 'handed_over', params: { ownerId: recipientId } },
    writes: [{ type: 'server', patch: { virtfusionOwnerId: recipientId } }],
  })
}

async function give(run: Run, { recipientId }: Escrow, transfers: number): Promise<Outcome> {
  const { virtfusionServerId } = run.server
  if (virtfusionServerId === null) return attention(concluded('server_not_bound'))
  const answer = await run.panel.changeOwner(virtfusionServerId, recipientId)
  switch (decideChange(answer)) {
    case 'accepted': return wait(Math.min(LONGEST_PAUSE_MS, LOOK_AGAIN_MS * 2 ** transfers), undefined, { learnt: { transfers: transfers + 1 } })
    case 'paused': return paused()
    case 'busy': return wait('backoff', concluded('server_busy'))
    case 'unknown':
    case 'unavailable': return wait('backoff', answer.ok ? undefined : answer.diagnosis)
    // The server was read a moment ago: it is the new owner whom the panel does not know.
    case 'absent': return fail(concluded('recipient_unknown', { ownerId: recipientId }))
    case 'forbidden':
    case 'refused': return fail(answer.ok ? concluded('defect') : answer.diagnosis)
  }
}
