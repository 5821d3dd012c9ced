import { describe, expect, it } from 'vitest'
import { SESSION_LIMITS, hashToken, isSessionAlive, newToken } from '../../../../../server/domains/sessions/rules.ts'

describe('session rules', () => {
  const now = new Date('2026-11-23T12:00:00Z')
  const later = (ms: number) => new Date(now.getTime() + ms)

  it('ends a session that was not used for too long, admins sooner than customers', () => {
    const session = { lastSeenAt: now, expiresAt: later(SESSION_LIMITS.customer.absolute) }
    expect(isSessionAlive(session, 'admin', later(9 * 3_600_000))).toBe(false)
    expect(isSessionAlive(session, 'customer', later(9 * 3_600_000))).toBe(true)
    expect(isSessionAlive(session, 'customer', later(25 * 3_600_000))).toBe(false)
  })

  it('ends a session at its absolute end, however busy it is', () => {
    const expiresAt = later(1000)
    expect(isSessionAlive({ lastSeenAt: now, expiresAt }, 'admin', now)).toBe(true)
    expect(isSessionAlive({ lastSeenAt: later(1000), expiresAt }, 'admin', later(1000))).toBe(false)
  })

  it('makes tokens of 256 bits and stores only what cannot be turned back', () => {
    const token = newToken()
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(newToken()).not.toBe(token)
    expect(Buffer.from(hashToken(token)).toString('base64url')).not.toContain(token)
    expect(hashToken(token)).toHaveLength(32)
  })
})
