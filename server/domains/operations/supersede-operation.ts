import type { OperationKind } from '#shared/lifecycle/operations.ts'
import type { Call, Db } from '../../context.ts'
import { writeChange } from './change-operation.ts'
import { loadOperation } from './load-operation.ts'
import { takeNameBack } from './take-name-back.ts'

/**
 * Ends an operation for another one, in the caller's transaction, which holds the server's row: so it can't come to its end meanwhile. Its
 * worker sends nothing from then on; what it has sent already it still writes down, and a name that was not sent is taken back.
 */
export async function supersedeOperation(tx: Db, call: Call, { id, by }: { id: string, by: OperationKind }): Promise<void> {
  // A worker may be about to take it up, and would write over what was read here.
  await tx.$queryRaw`select id from operations where id = ${id}::uuid for update`
  const operation = await loadOperation(tx, id)
  await writeChange(tx, call, operation, {
    state: 'cancelled', event: { code: 'superseded', params: { kind: by } }, audit: { action: 'operation.superseded', after: { by } },
    also: () => takeNameBack(tx, operation),
  })
}
