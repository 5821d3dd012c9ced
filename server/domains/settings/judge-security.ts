import path from 'node:path'
import type { SecurityFact } from '#shared/schemas/settings.ts'
import type { Env } from '../../env.ts'
import { isLoopbackHost } from '../../virtfusion/base-url.ts'
import { SESSION_LIMITS } from '../sessions/rules.ts'

/** How a request has come: the address that was typed, whether over https, and how many proxies say that they passed it on. */
export interface Way { address: string, isHttps: boolean, proxies: number }

/** A fact as its code, to be put into words. */
export interface JudgedFact extends Pick<SecurityFact, 'code' | 'variable' | 'level'> { params: Record<string, string | number> }

type SecurityEnv = Pick<Env, 'APP_SECRET' | 'DATA_DIR' | 'PUBLIC_URL' | 'TRUSTED_PROXIES'>

/** What decides how safe this Berth runs, as far as its environment and the request at hand tell. Pure. */
export function judgeSecurity(env: SecurityEnv, way: Way): JudgedFact[] {
  return [judgeSecret(env), judgeAddress(env, way), judgeCookies(env, way), judgeProxies(env, way), SESSIONS]
}

function judgeSecret({ APP_SECRET, DATA_DIR }: SecurityEnv): JudgedFact {
  const fact = { variable: 'APP_SECRET', level: 'ok' } as const
  return APP_SECRET ? { ...fact, code: 'secret_environment', params: {} } : { ...fact, code: 'secret_file', params: { file: path.join(DATA_DIR, 'app-secret') } }
}

function judgeAddress({ PUBLIC_URL }: SecurityEnv, way: Way): JudgedFact {
  const params: JudgedFact['params'] = PUBLIC_URL ? { address: PUBLIC_URL } : {}
  const fact = { variable: 'PUBLIC_URL', params }
  if (PUBLIC_URL?.startsWith('https:')) return { ...fact, code: 'address_https', level: 'ok' }
  // Nobody else can listen in on a machine's own connections.
  if (isLocal(way)) return { ...fact, code: PUBLIC_URL ? 'address_local' : 'address_unset_local', level: 'ok' }
  return { ...fact, code: PUBLIC_URL ? 'address_http' : 'address_unset', level: 'warning' }
}

function judgeCookies({ PUBLIC_URL }: SecurityEnv, way: Way): JudgedFact {
  const fact = { variable: 'PUBLIC_URL', params: {} }
  if (way.isHttps) return { ...fact, code: PUBLIC_URL ? 'cookies_secure' : 'cookies_secure_by_proxy', level: 'ok' }
  return isLocal(way) ? { ...fact, code: 'cookies_local', level: 'ok' } : { ...fact, code: 'cookies_plain', level: 'warning' }
}

function judgeProxies({ TRUSTED_PROXIES: trusted }: SecurityEnv, { proxies }: Way): JudgedFact {
  const fact = { variable: 'TRUSTED_PROXIES', params: { trusted, proxies } }
  if (trusted > proxies) return { ...fact, code: 'proxies_passed_by', level: 'warning' }
  if (trusted === 0 && proxies > 0) return { ...fact, code: 'proxies_not_trusted', level: 'warning' }
  return { ...fact, code: trusted === 0 ? 'proxies_none' : 'proxies_trusted', level: 'ok' }
}

/** A `Host` header may hold anything. */
const isLocal = ({ address }: Way) => URL.canParse(address) && isLoopbackHost(new URL(address).hostname)

const HOUR_MS = 3_600_000
const { admin, customer } = SESSION_LIMITS
const SESSIONS: JudgedFact = {
  code: 'sessions', variable: null, level: 'ok',
  params: {
    adminIdleHours: admin.idle / HOUR_MS, adminDays: admin.absolute / HOUR_MS / 24,
    customerIdleHours: customer.idle / HOUR_MS, customerDays: customer.absolute / HOUR_MS / 24,
  },
}
