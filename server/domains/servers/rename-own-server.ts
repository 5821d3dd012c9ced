import type { CustomerServer, UpdateServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { askForName } from './ask-for-name.ts'
import type { ChangeRequest } from './change-server.ts'
import { serializeCustomerServer } from './serialize-server.ts'

/** @throws AppError not_found, conflict */
export async function renameOwnServer(call: Call, request: ChangeRequest, input: UpdateServer): Promise<CustomerServer> {
  return serializeCustomerServer(await askForName(call, request, input))
}
