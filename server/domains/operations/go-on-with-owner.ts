import type { Call } from '../../context.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import { wakeOperation } from '../../engine/wake-operation.ts'
import { AppError } from '../../errors.ts'
import { loadOperation } from './load-operation.ts'
import { beginAgain } from './retry-operation.ts'

/** Why a create stopped before it was sent, or before its server was handed over: nobody at the panel was known to own it. */
const WITHOUT_OWNER = new Set(['owner_not_resolved', 'owner_not_readable', 'owner_effect_unknown', 'owner_is_admin', 'owner_is_somebody_else', 'owner_number_taken'])

/** Lets the orders of a customer go on that stopped, or wait, because they had no user at the panel. */
export async function goOnWithOwner(call: Call, customerId: string): Promise<void> {
  const stopped = await call.db.operation.findMany({
    where: { kind: 'create', server: { customerId, lifecycle: { in: ['provisioning', 'failed'] } }, step: { in: ['prepare', 'transfer'] }, state: { in: ['waiting', 'needs_attention', 'failed'] } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], select: { id: true, state: true, diagnosis: true },
  })
  for (const { id, state, diagnosis } of stopped) {
    if (state === 'waiting') await call.db.$transaction((tx) => wakeOperation(tx, id))
    else if (WITHOUT_OWNER.has(readDiagnosis(diagnosis)?.code ?? '')) await goOn(call, id)
  }
}

/** Somebody else may have taken it up at this moment. */
async function goOn(call: Call, id: string): Promise<void> {
  try {
    await beginAgain(call, await loadOperation(call.db, id), null)
  }
  catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error
  }
}
