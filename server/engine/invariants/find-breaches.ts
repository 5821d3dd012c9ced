import type { OperationState } from '#shared/lifecycle/operations.ts'
import type { Db } from '../../context.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { hashEvent } from '../event-chain.ts'
import { FIND_BREACHES, READ_TIMELINES, type Invariant } from './rules.ts'

/** An operation that broke a rule, and the server that it is about. */
export interface Breach { rule: Invariant, operationId: string, name: string, reference: string }

interface Owner { id: string, name: string, reference: string }
interface Line extends Owner {
  event_hash: string | null
  state: OperationState
  step: string
  code: string
  params: Prisma.InputJsonObject
  actor_id: string | null
  previous_hash: string | null
  hash: string | null
}

/** Looks through what moved within the last hour for what must never be. Reads only, two statements. */
export async function findBreaches(db: Db): Promise<Breach[]> {
  const found = await db.$queryRaw<(Owner & { rule: Invariant })[]>(FIND_BREACHES)
  const lines = await db.$queryRaw<Line[]>(READ_TIMELINES)
  return [...found.map((row) => breach(row.rule, row)), ...findBrokenTimelines(lines)]
}

const breach = (rule: Invariant, { id, name, reference }: Owner): Breach => ({ rule, operationId: id, name, reference })

/** S12: each line follows another one, nothing was changed, and the last one is the one that the operation knows. Pure. */
export function findBrokenTimelines(lines: readonly Line[]): Breach[] {
  return [...Map.groupBy(lines, ({ id }) => id).values()].flatMap((timeline) => {
    const [first] = timeline
    return first && !isWhole(timeline, first.event_hash) ? [breach('timeline_broken', first)] : []
  })
}

/** Followed by its links, for the clock may have been set back between two lines. */
function isWhole(timeline: readonly Line[], end: string | null): boolean {
  // Lines of the versions before they were chained have no hash.
  const chained = timeline.filter(({ hash }) => hash !== null)
  const byPrevious = new Map(chained.map((line) => [line.previous_hash, line]))
  let last: string | null = null
  for (let followed = 0; followed < chained.length; followed++) {
    const line = byPrevious.get(last)
    if (!line) return false
    const { id: operationId, state, step, code, params, actor_id: actorId, hash } = line
    if (hashEvent(last, { operationId, state, step, code, params, actorId }) !== hash) return false
    last = hash
  }
  return last === end
}
