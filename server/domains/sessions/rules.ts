import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '#shared/schemas/common.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** How long a session lives, in ms: `idle` after it was last used, `absolute` after the sign-in whatever happens. */
export const SESSION_LIMITS: Record<Role, { idle: number, absolute: number }> = {
  admin: { idle: 8 * HOUR, absolute: 7 * DAY },
  customer: { idle: 24 * HOUR, absolute: 30 * DAY },
}

/** The last use is written at most this often. */
export const SEEN_EVERY_MS = 60_000

/** 256 random bits for a cookie or a link. */
export const newToken = () => randomBytes(32).toString('base64url')

/** What is stored of a token: enough to know it again, nothing to sign in with. */
export const hashToken = (token: string) => new Uint8Array(createHash('sha256').update(token).digest())

export function isSessionAlive(session: { lastSeenAt: Date, expiresAt: Date }, role: Role, now: Date): boolean {
  return session.expiresAt > now && session.lastSeenAt.getTime() + SESSION_LIMITS[role].idle > now.getTime()
}

/** The same for a query: the sessions of people with this role that are still good. */
export const aliveSessions = (role: Role, now: Date) => ({ expiresAt: { gt: now }, lastSeenAt: { gt: new Date(now.getTime() - SESSION_LIMITS[role].idle) } })
