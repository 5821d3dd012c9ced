import type { Operation } from '../../../generated/prisma/client.ts'
import { readChangeMemory } from '../../change-memory.ts'
import { concluded, readDiagnosis } from '../../diagnosis.ts'
import { fail, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'

/** How long somebody still means what he asked for, in ms. A server that came back by itself meanwhile is not switched off hours later. */
const WISH_MS = 15 * 60_000

/** Whether a power action has waited for longer than it is meant. A server that is busy is looked at until a person hears of it, as for every change. Pure. */
export function hasExpired(operation: Pick<Operation, 'createdAt' | 'memory' | 'diagnosis'>, now: Date): boolean {
  const { retriedAt } = readChangeMemory(operation)
  const askedAt = retriedAt === undefined ? operation.createdAt.getTime() : Date.parse(retriedAt)
  return now.getTime() - askedAt > WISH_MS && readDiagnosis(operation.diagnosis)?.code !== 'server_busy'
}

/** Ends it: who still wants it asks again, and sees how the server is now. What an earlier try has sent may have happened. */
export async function expire({ engine, operation }: Pick<Run, 'engine' | 'operation'>): Promise<Outcome> {
  const last = await engine.store.findLastAttempt(operation.id)
  return last && !(last.isCompleted && last.effect === 'none') ? sayUnknown() : fail(concluded('wish_expired', { minutes: WISH_MS / 60_000 }))
}

export const sayUnknown = (): Outcome => fail(concluded('power_effect_unknown'))
