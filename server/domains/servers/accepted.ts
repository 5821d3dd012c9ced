import type { Accepted, CustomerAccepted } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { serializeOperation } from '../operations/serialize-operation.ts'
import { findNames } from '../people/find-names.ts'
import type { AskedChange } from './change-server.ts'
import { readPanelAccount } from './panel-account.ts'
import { actorNameOf, serializeAdminServer, serializeCustomerOperation, serializeCustomerServer } from './serialize-server.ts'

/** The answer to an admin's change: what was asked, and the server as it stands now. */
export async function toAccepted(call: Call, { operation, server }: AskedChange): Promise<Accepted> {
  const names = await findNames(call.db, [operation.actorId])
  return { operation: serializeOperation(operation, actorNameOf(operation, names)), server: serializeAdminServer(server) }
}

/** The same for a customer. */
export async function toCustomerAccepted(call: Call, { operation, server }: AskedChange): Promise<CustomerAccepted> {
  return { operation: serializeCustomerOperation(operation, server.customer), server: serializeCustomerServer(server, await readPanelAccount(call, server.customerId)) }
}
