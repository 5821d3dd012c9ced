import type { VirtFusionServer, VirtFusionServerRow } from '../../../virtfusion/schemas/servers.ts'
import type { PanelAnswer } from '../../call-panel.ts'
import { classifyFailure } from '../../classify-failure.ts'
import { isSomebodyElse } from '../../create/find-escrow-doubt.ts'
import type { CreateMemory, Escrow } from '../../create/memory.ts'
import { concluded } from '../../diagnosis.ts'
import { notNow } from '../../not-now.ts'
import { attention, next, wait, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'
import { adoptRemote } from './adopt-remote.ts'

/** An order that got lost this often has another trouble than the network. */
const MOST_FENCED = 8
const CLOCK_SLACK_MS = 2 * 60_000

type Fenced = CreateMemory & { escrow: Escrow, ownerId: number }

/**
 * The user is gone, and after the wait nothing can be under way any more. What the user owns all the same is what came of the order: it is
 * looked for in the list of all servers, for the panel may know no list of a user who does not exist.
 */
export async function lookLast(run: Run, memory: Fenced): Promise<Outcome> {
  const now = run.now()
  const { settleMs } = run.engine
  const left = settleMs - (now.getTime() - Date.parse(memory.escrow.goneAt ?? now.toISOString()))
  if (left > 0) return wait(left, concluded('create_fenced', { seconds: settleMs / 1000 }))
  const listed = await run.panel.listAllServers()
  if (!listed.ok) return notListed(listed)
  const leftAtPanel = settleMs - sinceGoneAtPanel(memory.escrow, listed.panelDate)
  // The same by the panel's clock: ours alone may have jumped.
  if (leftAtPanel > 0) return wait(Math.min(leftAtPanel, settleMs), concluded('create_fenced', { seconds: settleMs / 1000 }))

  const owned = listed.value.filter((row) => isOf(memory, row))
  const { bound, held } = await run.engine.store.findBound(owned, run.server.id)
  const [only, ...others] = owned.filter(({ id }) => !bound.has(id))
  if (only === undefined) return bound.size > 0 && !memory.escrow.isReleased ? attention(concluded('escrow_taken')) : beginAnew(run, memory)
  const doubt = await findNumberDoubt(run, memory)
  if (doubt) return doubt
  if (held.has(only.id)) return attention(concluded('create_unclear_candidate', { count: 1 }))
  if (others.length > 0) return attention(concluded('create_several_candidates', { count: others.length + 1 }))
  const read = await run.panel.getServer(only.id)
  if (!read.ok) return notListed(read)
  return read.value.ownerId === memory.ownerId ? adoptRemote(run, memory, read.value) : attention(concluded('create_unclear_candidate', { count: 1 }))
}

/** A panel that does not find what it has says so for a moment. Not so often in a row. */
const SURE_ABSENCES = 4
const LOOK_AGAIN_MS = 2_000

/**
 * The user is gone, so nobody must have its number. A panel that came back from a backup gives it to somebody else, and what is found then is
 * his. Somebody who has looked and said that it never happened knows better.
 */
async function findNumberDoubt(run: Run, memory: Fenced): Promise<Outcome | null> {
  const { escrow, ownerId } = memory
  const listed = await run.panel.listServersOf(ownerId)
  if (listed.ok) return escrow.isReleased ? beginAnew(run, memory) : isSomebodyElse(ownerId, escrow.relation)
  if (classifyFailure(listed.error) !== 'absent') return notListed(listed)
  return escrow.absences >= SURE_ABSENCES ? null : wait(LOOK_AGAIN_MS, undefined, { learnt: { escrow: { ...escrow, absences: escrow.absences + 1 } } })
}

/** A panel may show the server of a user who is gone without an owner: a new one of those can't be told from ours. */
function isOf({ ownerId, baselineAt }: Fenced, row: Pick<VirtFusionServerRow, 'ownerId' | 'created'>): boolean {
  if (row.ownerId !== null) return row.ownerId === ownerId
  return baselineAt === undefined || row.created === null || Date.parse(row.created) >= Date.parse(baselineAt) - CLOCK_SLACK_MS
}

function sinceGoneAtPanel({ goneAtPanel }: Escrow, panelDate: Date | null): number {
  return panelDate && goneAtPanel ? panelDate.getTime() - Date.parse(goneAtPanel) : Number.POSITIVE_INFINITY
}

function notListed(answer: Extract<PanelAnswer<VirtFusionServer | VirtFusionServerRow[]>, { ok: false }>): Outcome {
  return classifyFailure(answer.error) === 'forbidden' ? attention(concluded('create_listing_forbidden')) : notNow(answer)
}

/** Nothing came of it, and nothing can any more: the same order for a user of a new name. */
function beginAnew({ now, gate }: Run, { escrow, escrowNumber, fenced, firstFenced, ownerId, sentAt, sentInEpoch }: Fenced): Outcome {
  if (fenced >= MOST_FENCED) return attention(concluded('escrow_lost_often', { count: fenced + 1 }))
  const minutes = Math.round((now().getTime() - Date.parse(sentAt ?? escrow.goneAt ?? now().toISOString())) / 60_000)
  const ended = sentAt === undefined || escrow.isReleased ? null : { ownerId, sentAt, epoch: sentInEpoch ?? gate.epoch }
  return next('prepare', {
    learnt: {
      firstFenced: firstFenced ?? ended,
      escrow: null, ownerId: null, escrowNumber: escrowNumber + 1, fenced: fenced + 1,
      baseline: null, baselineMarks: null, baselineAt: null, sentAt: null, sentInEpoch: null, settleSince: null, looks: null, candidates: null,
    },
    event: { code: 'fenced', params: { minutes } },
    writes: [{ type: 'audit', action: 'order.fenced', after: { userId: ownerId, minutes } }],
    freesOwner: true,
  })
}
