import type { OperationKind } from '#shared/lifecycle/operations.ts'
import type { Call, Db } from '../../context.ts'
import { writeChange } from './change-operation.ts'
import { loadOperation } from './load-operation.ts'

/**
 * Ends an operation for another one, in the caller's transaction, which holds the server's row: so it can't come to its end meanwhile. Its
 * worker sends nothing from then on; what it has sent already it still writes down.
 */
export async function supersedeOperation(tx: Db, call: Call, { id, by }: { id: string, by: OperationKind }): Promise<void> {
  // A worker may be about to take it up, and would write over what was read here.
  await tx.$queryRaw`select id from operations where id = ${id}::uuid for update`
  await writeChange(tx, call, await loadOperation(tx, id), {
    state: 'cancelled', event: { code: 'superseded', params: { kind: by } }, audit: { action: 'operation.superseded', after: { by } },
  })
}
