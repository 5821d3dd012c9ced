import { isIP } from 'node:net'
import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import type { CurrentUser, Services } from '../context.ts'
import { findSession } from '../domains/sessions/find-session.ts'
import type { Env } from '../env.ts'
import { outerContext } from './begin-request.ts'
import { readSessionCookie } from './session-cookie.ts'

/** Who asks, from where, under which request id. With `ignoresSession` it is nobody, and the database is not asked. */
export async function findCaller(event: H3Event, services: Services, { ignoresSession = false } = {}): Promise<{ user: CurrentUser | null, requestId: string, ipAddress: string | null }> {
  warnOfUnknownProxy(event, services)
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
  // The place counts, whatever stands there: with unreadable parts taken out, one that the client has written would move up.
  const seen = String(event.node.req.headers['x-forwarded-for'] ?? '').split(',').at(-trustedProxies)
  return plainAddress(seen?.trim() ?? '') ?? direct
}

/** An address as proxies write it, without port and brackets: each connection has another port, and would count as another client. Null for anything else. */
function plainAddress(written: string): string | null {
  const [, bracketed, dotted] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(written) ?? []
  const address = bracketed ?? dotted ?? written
  return isIP(address) ? address : null
}

/** Processes, by their environment, that have said it already. */
const warned = new WeakSet<Env>()

/** Says once that a proxy seems to stand in front of which nobody has told Berth. */
function warnOfUnknownProxy(event: H3Event, { env, log }: Services): void {
  // The development server is such a proxy itself.
  if (env.TRUSTED_PROXIES > 0 || env.NODE_ENV === 'development' || warned.has(env)) return
  if (getRequestHeader(event, 'x-forwarded-for') === undefined) return
  warned.add(env)
  log.warn({ variable: 'TRUSTED_PROXIES', value: 0, from: clientAddress(event, 0) },
    'A request carries X-Forwarded-For, but TRUSTED_PROXIES is 0, so that header is not believed. If a proxy stands in front, everybody seems to come from its address, and wrong passwords of one make all of them wait: set TRUSTED_PROXIES to the number of proxies, usually 1.')
}
