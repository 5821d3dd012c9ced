import { judgeAction, judgeOwnAction, type ServerAction } from '#shared/lifecycle/servers.ts'
import type { Call } from '../../context.ts'
import { conflict } from '../../errors.ts'
import type { LoadedServer } from './load-servers.ts'

/** By the rules that the screens offer by; a customer may ask for less than an admin. @throws AppError conflict with the rule's reason */
export function requireAllowed({ user, now }: Call, server: LoadedServer, action: ServerAction): void {
  const verdict = user.role === 'customer' ? judgeOwnAction(server, action, now().getTime()) : judgeAction(server, action)
  if (!verdict.allowed) throw conflict(verdict.reason, 'server_state_conflict')
}
