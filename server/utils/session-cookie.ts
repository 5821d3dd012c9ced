import type { H3Event } from 'h3'
import { deleteCookie, getCookie, getRequestHeader, setCookie } from 'h3'
import type { Env } from '../env.ts'
import { AppError } from '../errors.ts'
import { isHttps, ownAddress } from './own-address.ts'

/** `__Host-` binds the cookie to this very host over https; plain http (loopback, first try-out) can't have it. */
function cookieSettings(event: H3Event, env: Env) {
  const isSecure = isHttps(event, env)
  return { name: isSecure ? '__Host-berth-session' : 'berth-session', isSecure }
}

export function readSessionCookie(event: H3Event, env: Env): string | null {
  return getCookie(event, cookieSettings(event, env).name) ?? null
}

/**
 * To be asked before anybody is signed in: a browser that came over plain http drops a Secure cookie without a word, and would stand before the
 * sign-in again. Where it takes the way for safe it sends `Sec-Fetch-Site`: over TLS, whatever a proxy makes of the origin, and on
 * localhost, where such cookies are kept without TLS.
 * @throws AppError forbidden `cookie_needs_https`, with the address to open
 */
export function requireKeptCookie(event: H3Event, env: Env): void {
  if (!getRequestHeader(event, 'origin')?.startsWith('http:') || getRequestHeader(event, 'sec-fetch-site') !== undefined || !isHttps(event, env)) return
  const why = env.PUBLIC_URL ? 'PUBLIC_URL is https' : 'the proxy in front sends X-Forwarded-Proto: https'
  throw new AppError('forbidden', `Open ${ownAddress(event, env)}: cookies are Secure because ${why}, and over plain http your browser keeps none of them.`, { reason: 'cookie_needs_https' })
}

/** `expiresAt` is the absolute end of the session. */
export function writeSessionCookie(event: H3Event, env: Env, token: string, expiresAt: Date): void {
  const { name, isSecure } = cookieSettings(event, env)
  setCookie(event, name, token, { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure, expires: expiresAt })
}

export function clearSessionCookie(event: H3Event, env: Env): void {
  const { name, isSecure } = cookieSettings(event, env)
  deleteCookie(event, name, { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure })
}
