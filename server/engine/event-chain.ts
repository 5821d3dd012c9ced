import { hash as digest } from 'node:crypto'
import type { OperationState } from '#shared/lifecycle/operations.ts'
import type { Prisma } from '../generated/prisma/client.ts'

/** A line of an operation's timeline, before it is stored. */
export interface EventDraft {
  operationId: string
  state: OperationState
  step: string
  code: string
  params: Prisma.InputJsonObject
  actorId: string | null
}

export interface ChainedEvent extends EventDraft { previousHash: string | null, hash: string }

/** Links each line to the one before it, so that a line that was changed, taken out or put in shows. Pure. */
export function chainEvents(previousHash: string | null, drafts: readonly EventDraft[]): ChainedEvent[] {
  let last = previousHash
  return drafts.map((draft) => {
    const hash = hashEvent(last, draft)
    const chained = { ...draft, previousHash: last, hash }
    last = hash
    return chained
  })
}

/** The hash of a line that follows `previousHash`; PostgreSQL orders the keys of `params` anew, so their order does not count. */
export function hashEvent(previousHash: string | null, { operationId, state, step, code, params, actorId }: EventDraft): string {
  return digest('sha256', JSON.stringify([previousHash, operationId, state, step, code, sortKeys(params), actorId]))
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const record = value as Record<string, unknown>
  const sorted: Record<string, unknown> = {}
  for (const key of Object.keys(record).sort()) sorted[key] = sortKeys(record[key])
  return sorted
}
