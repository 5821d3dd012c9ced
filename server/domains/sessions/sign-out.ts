import type { AnonymousCall } from '../../context.ts'
import { endSessions } from './end-sessions.ts'

/** Ends the session of the call. Nobody signed in is fine: the wish is fulfilled. */
export async function signOut(call: AnonymousCall): Promise<void> {
  const { user } = call
  if (user) await call.db.$transaction((tx) => endSessions(tx, call, user.id, user.sessionId))
}
