import type { H3Event } from 'h3'
import { deleteCookie, getCookie, setCookie } from 'h3'
import type { Env } from '../env.ts'

/** `__Host-` binds the cookie to this very host over https; plain http (loopback, first try-out) can't have it. */
function cookieSettings(env: Env) {
  const isSecure = env.PUBLIC_URL?.startsWith('https:') ?? false
  return { name: isSecure ? '__Host-berth-session' : 'berth-session', isSecure }
}

export function readSessionCookie(event: H3Event, env: Env): string | null {
  return getCookie(event, cookieSettings(env).name) ?? null
}

/** `expiresAt` is the absolute end of the session. */
export function writeSessionCookie(event: H3Event, env: Env, token: string, expiresAt: Date): void {
  const { name, isSecure } = cookieSettings(env)
  setCookie(event, name, token, { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure, expires: expiresAt })
}

export function clearSessionCookie(event: H3Event, env: Env): void {
  const { name, isSecure } = cookieSettings(env)
  deleteCookie(event, name, { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure })
}
