import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import type { Env } from '../env.ts'
import { AppError } from '../errors.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses changes that another site's page asks for. Every current browser sends `Sec-Fetch-Site` or `Origin` with them;
 * a caller that sends neither is no browser and holds no cookie that a page could borrow.
 */
export function requireSameOrigin(event: H3Event, env: Env): void {
  if (SAFE_METHODS.has(event.method)) return
  const site = getRequestHeader(event, 'sec-fetch-site')
  const origin = getRequestHeader(event, 'origin')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refusal()
  if (origin === undefined) return
  // Behind a proxy that sends a host of its own, PUBLIC_URL says where the pages come from.
  const own = [getRequestHeader(event, 'host')?.toLowerCase(), env.PUBLIC_URL && hostOf(env.PUBLIC_URL)]
  if (!own.includes(hostOf(origin) ?? 'none')) throw refusal()
}

const refusal = () => new AppError('forbidden', 'This request came from another site, and was refused.', { reason: 'cross_origin' })

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
