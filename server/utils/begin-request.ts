import { randomBytes, randomUUID } from 'node:crypto'
import type { H3Event, H3EventContext } from 'h3'
import { setResponseHeader } from 'h3'
import type { CurrentUser } from '../context.ts'
import type { Env } from '../env.ts'

declare module 'h3' {
  interface H3EventContext {
    /** Stands in the answer, the log, the provisioning log and on error pages. */
    requestId: string
    /** For the scripts and styles of this one page. */
    nonce: string
    remoteAddress?: string
    /** Set once the caller is known, for the access log. */
    userId?: string
    /** The same, for words that differ between admins and customers. */
    role?: CurrentUser['role']
  }
}

const FOREIGN_ID = /^[\w-]{8,64}$/

/** First thing in each request: its id (taken over from a trusted proxy when it is harmless), and the nonce of its page. */
export function beginRequest(event: H3Event, env: Env): void {
  const outer = outerContext(event)
  const given = env.TRUSTED_PROXIES > 0 ? event.node.req.headers['x-request-id'] : undefined
  const requestId = outer?.requestId ?? (typeof given === 'string' && FOREIGN_ID.test(given) ? given : randomUUID())
  event.context.requestId = requestId
  event.context.nonce = outer?.nonce ?? randomBytes(16).toString('base64')
  event.context.remoteAddress = outer?.remoteAddress ?? event.node.req.socket.remoteAddress
  // Requests that rendering this page makes to our own API carry the same id.
  event.node.req.headers['x-request-id'] = requestId
  setResponseHeader(event, 'x-request-id', requestId)
}

/** True for a call that rendering a page makes to our own API, inside of this process. */
export function isInternal(event: H3Event): boolean {
  return '__unenv__' in event.node.req
}

/** The context of the page request behind an internal call. Only the process itself can set it: it is no header. */
export function outerContext(event: H3Event): Partial<H3EventContext> | undefined {
  const { req } = event.node
  return '__unenv__' in req && typeof req.__unenv__ === 'object' && req.__unenv__ !== null ? req.__unenv__ : undefined
}
