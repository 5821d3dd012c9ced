import type { Accepted, PowerServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { toAccepted } from './accepted.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'
import { powerChange } from './power-change.ts'

/** Asks for boot, shutdown, restart or poweroff. @throws AppError not_found, conflict */
export async function powerServer(call: Call, request: ChangeRequest, input: PowerServer): Promise<Accepted> {
  return toAccepted(call, await changeServer(call, request, powerChange(input)))
}
