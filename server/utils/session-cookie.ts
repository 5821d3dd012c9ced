import type { H3Event } from 'h3'
import { deleteCookie, getCookie, setCookie } from 'h3'
import type { Env } from '../env.ts'
import { isHttps } from './own-address.ts'

/** `__Host-` binds the cookie to this very host over https; plain http (loopback, first try-out) can't have it. */
function cookieSettings(event: H3Event, env: Env) {
  const isSecure = isHttps(event, env)
  return { name: isSecure ? '__Host-berth-session' : 'berth-session', isSecure }
}

export function readSessionCookie(event: H3Event, env: Env): string | null {
  return getCookie(event, cookieSettings(event, env).name) ?? null
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
