import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import type { CurrentUser, Services } from '../context.ts'
import { findSession } from '../domains/sessions/find-session.ts'
import { outerContext } from './begin-request.ts'
import { readSessionCookie } from './session-cookie.ts'

/** Who asks, from where, under which request id. With `ignoresSession` it is nobody, and the database is not asked. */
export async function findCaller(event: H3Event, services: Services, { ignoresSession = false } = {}): Promise<{ user: CurrentUser | null, requestId: string, ipAddress: string | null }> {
  const token = ignoresSession ? null : readSessionCookie(event, services.env)
  const user = token ? await findSession(services, token) : null
  Object.assign(event.context, { userId: user?.id, role: user?.role })
  return { user, requestId: event.context.requestId, ipAddress: clientAddress(event, services.env.TRUSTED_PROXIES) }
}

/** What the browser calls itself, for the list of sessions. */
export function userAgentOf(event: H3Event): string | null {
  return getRequestHeader(event, 'user-agent') ?? null
}

/** The address of the client: the one that the outermost trusted proxy saw. Headers are believed only as far as TRUSTED_PROXIES says. */
export function clientAddress(event: H3Event, trustedProxies: number): string | null {
  const direct = outerContext(event)?.remoteAddress ?? event.context.remoteAddress ?? event.node.req.socket.remoteAddress ?? null
  if (trustedProxies === 0) return direct
  const forwarded = String(event.node.req.headers['x-forwarded-for'] ?? '').split(',').map((part) => part.trim()).filter(Boolean)
  return forwarded.at(-trustedProxies) ?? direct
}
