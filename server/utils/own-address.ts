import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import type { Env } from '../env.ts'

/** The address under which people reach Berth, without a slash at its end: PUBLIC_URL, else what the caller's browser used. */
export function ownAddress(event: H3Event, env: Env): string {
  if (env.PUBLIC_URL) return env.PUBLIC_URL.replace(/\/+$/, '')
  const forwarded = env.TRUSTED_PROXIES > 0 ? getRequestHeader(event, 'x-forwarded-proto')?.split(',').at(-1)?.trim() : undefined
  return `${forwarded === 'https' ? 'https' : 'http'}://${getRequestHeader(event, 'host') ?? `${env.HOST}:${env.PORT}`}`
}
