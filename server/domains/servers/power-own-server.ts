import type { CustomerAccepted, PowerServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { toCustomerAccepted } from './accepted.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'
import { powerChange } from './power-change.ts'

/** Asks for boot, shutdown, restart or poweroff of the customer's own server. @throws AppError not_found, conflict */
export async function powerOwnServer(call: Call, request: ChangeRequest, input: PowerServer): Promise<CustomerAccepted> {
  return toCustomerAccepted(call, await changeServer(call, request, powerChange(input)))
}
