import type { CustomerServer, UpdateServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { askForName } from './ask-for-name.ts'
import type { ChangeRequest } from './change-server.ts'
import { readPanelAccount } from './panel-account.ts'
import { serializeCustomerServer } from './serialize-server.ts'

/** @throws AppError not_found, conflict */
export async function renameOwnServer(call: Call, request: ChangeRequest, input: UpdateServer): Promise<CustomerServer> {
  const server = await askForName(call, request, input)
  return serializeCustomerServer(server, await readPanelAccount(call, server.customerId))
}
