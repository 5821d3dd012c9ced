import type { AlarmDecision } from '#shared/schemas/safety.ts'
import type { Db } from '../../context.ts'
import { HELD } from '../../engine/harm/held-operations.ts'
import { invalidField } from '../../errors.ts'

/** A decision about nothing ends an alarm only when nothing waits. @throws AppError invalid_input for `operationIds` */
export async function requireNamed(db: Db, operationIds: readonly string[]): Promise<void> {
  if (operationIds.length > 0 || await db.operation.count({ where: HELD }) === 0) return
  throw invalidField('operationIds', 'Choose at least one operation.')
}

export const MOVED_ON = 'It no longer waited for this decision.'

/** What came of each operation that was named. `reasons` tells more about the ones that were refused. */
export function toDecision(named: readonly string[], done: readonly string[], isOver: boolean, reasons: ReadonlyMap<string, string> = new Map()): AlarmDecision {
  const isDone = new Set(done)
  const ids = [...new Set(named)]
  return {
    done: ids.filter((id) => isDone.has(id)),
    refused: ids.filter((id) => !isDone.has(id)).map((operationId) => ({ operationId, reason: reasons.get(operationId) ?? MOVED_ON })),
    isOver,
  }
}
