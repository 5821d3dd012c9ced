import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import type { Env } from '../env.ts'
import { AppError } from '../errors.ts'
import { rootLog } from '../log.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** So many pairs of hosts are logged: whoever makes up headers must not fill the log. */
const MOST_WARNINGS = 20

/** The pairs of hosts that stand in the log already. */
const warnedOf = new WeakMap<Env, Set<string>>()

/**
 * Refuses changes that another site's page asks for. Every current browser sends `Sec-Fetch-Site` or `Origin` with them;
 * a caller that sends neither is no browser and holds no cookie that a page could borrow.
 * @throws AppError forbidden `cross_origin`
 */
export function requireSameOrigin(event: H3Event, env: Env): void {
  if (SAFE_METHODS.has(event.method)) return
  const site = getRequestHeader(event, 'sec-fetch-site')
  const origin = getRequestHeader(event, 'origin')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refusal(ANOTHER_SITE)
  if (origin === undefined) return
  const page = hostOf(origin)
  if (!page) throw refusal(ANOTHER_SITE)
  const host = getRequestHeader(event, 'host')?.toLowerCase()
  // Behind a proxy that sends a host of its own, PUBLIC_URL says where the pages come from.
  if (page === host || (env.PUBLIC_URL && page === hostOf(env.PUBLIC_URL))) return
  const detail = describeHosts(page, host, env)
  warnOnce(env, `${page} ${host}`, detail)
  throw refusal(detail)
}

const ANOTHER_SITE = 'This request came from another site, and was refused.'

const refusal = (detail: string) => new AppError('forbidden', detail, { reason: 'cross_origin' })

/** Another site, or our own behind a proxy that hides its host: the two look alike here, so it suggests no address of the request's. */
function describeHosts(page: string, host: string | undefined, { PUBLIC_URL }: Env): string {
  const arrived = `The page is at ${page}, but its request reached Berth ${host ? `for ${host}` : 'without a host'}, and was refused as another site's.`
  const setting = `set PUBLIC_URL to the address that people type (${PUBLIC_URL ? `it is ${PUBLIC_URL}` : 'it is not set'})`
  return `${arrived} If a proxy stands in between, let it pass the Host header on, or ${setting}.`
}

function warnOnce(env: Env, pair: string, detail: string): void {
  const warned = warnedOf.get(env) ?? new Set<string>()
  if (warned.has(pair) || warned.size >= MOST_WARNINGS) return
  warnedOf.set(env, warned.add(pair))
  rootLog().warn({ variable: 'PUBLIC_URL' }, detail)
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
