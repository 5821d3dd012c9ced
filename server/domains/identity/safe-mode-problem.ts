import type { CurrentUser } from '../../context.ts'
import { conflict, type AppError } from '../../errors.ts'

/** Nothing is sent while Berth only reads. Why that is, and how it ends, is for admins alone. */
export function safeModeProblem(role: CurrentUser['role'] | null): AppError {
  return conflict(role === 'admin'
    ? 'Berth only reads at the moment, because the panel may be another one, or an older state of it. Look at Safe mode first; right after an outage, try again in a minute.'
    : 'Changes are paused by your host.', 'safe_mode')
}
