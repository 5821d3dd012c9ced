import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import type { Env } from '../env.ts'

/** The address under which people reach Berth, without a slash at its end: PUBLIC_URL, else what the caller's browser used. */
export function ownAddress(event: H3Event, env: Env): string {
  if (env.PUBLIC_URL) return env.PUBLIC_URL
  return `${isHttps(event, env) ? 'https' : 'http'}://${getRequestHeader(event, 'host') ?? `${env.HOST}:${env.PORT}`}`
}

/** Whether people reach Berth over https: as PUBLIC_URL says, else as a trusted proxy in front does. Berth itself ends no TLS. */
export function isHttps(event: H3Event, env: Env): boolean {
  if (env.PUBLIC_URL) return env.PUBLIC_URL.startsWith('https:')
  return env.TRUSTED_PROXIES > 0 && getRequestHeader(event, 'x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https'
}

/** How the caller has come here, as far as its request tells. */
export function describeWay(event: H3Event, env: Env): { address: string, isHttps: boolean, proxies: number } {
  const forwarded = getRequestHeader(event, 'x-forwarded-for')?.split(',').filter((part) => part.trim()) ?? []
  return { address: ownAddress(event, env), isHttps: isHttps(event, env), proxies: forwarded.length }
}
