import type { H3Event } from 'h3'
import { deleteCookie, getCookie, setCookie } from 'h3'
import { readEnv } from '../env.ts'

/** `__Host-` binds the cookie to this very host over https; plain http (loopback, first try-out) can't have it. */
function cookieSettings() {
  const isSecure = readEnv().PUBLIC_URL?.startsWith('https:') ?? false
  return { name: isSecure ? '__Host-berth-session' : 'berth-session', isSecure }
}

export function readSessionCookie(event: H3Event): string | null {
  return getCookie(event, cookieSettings().name) ?? null
}

/** `expiresAt` is the absolute end of the session. */
export function writeSessionCookie(event: H3Event, token: string, expiresAt: Date): void {
  const { name, isSecure } = cookieSettings()
  setCookie(event, name, token, { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure, expires: expiresAt })
}

export function clearSessionCookie(event: H3Event): void {
  const { name, isSecure } = cookieSettings()
  deleteCookie(event, name, { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure })
}
