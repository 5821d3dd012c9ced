import { describe, expect, it } from 'vitest'
import { hashPassword, needsRehash, verifyPassword } from '../../../../../server/domains/sessions/passwords.ts'

describe('passwords', () => {
  it('knows its own hash again, and no other password', async () => {
    const stored = await hashPassword('correct horse battery')
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(stored).not.toContain('correct')
    expect(await verifyPassword('correct horse battery', stored)).toBe(true)
    expect(await verifyPassword('correct horse battery ', stored)).toBe(false)
  })

  it('gives two people with one password different hashes', async () => {
    expect(await hashPassword('correct horse battery')).not.toBe(await hashPassword('correct horse battery'))
  })

  it('answers false for nobody, for an empty and for a broken hash', async () => {
    for (const stored of [null, '', 'plain text', '$argon2id$v=19$m=19456,t=2,p=1$$']) expect(await verifyPassword('anything', stored)).toBe(false)
  })

  it('works as long for nobody as for somebody, so that time tells nothing', async () => {
    const stored = await hashPassword('correct horse battery')
    const time = async (hash: string | null) => {
      const durations: number[] = []
      for (let round = 0; round < 5; round++) {
        const startedAt = performance.now()
        await verifyPassword('wrong', hash)
        durations.push(performance.now() - startedAt)
      }
      return Math.min(...durations)
    }
    // A look-up that skipped the hash would take a thousandth.
    expect(await time(null)).toBeGreaterThan(await time(stored) / 4)
  })

  it('works through a long line in its order, refuses whoever does not fit into it, and takes more once it has moved', async () => {
    const cheap = `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`
    const done: number[] = []
    // Two are at work, two hundred wait.
    const results = await Promise.allSettled(Array.from({ length: 203 }, async (_, index) => {
      await verifyPassword('wrong', cheap)
      done.push(index)
    }))
    expect(results.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', retryAfterSeconds: 5 } })
    expect(done).toHaveLength(202)
    expect(done.indexOf(201)).toBeGreaterThan(done.indexOf(100))
    expect(await verifyPassword('wrong', cheap)).toBe(false)
  })

  it('asks for a new hash when the parameters have changed', async () => {
    expect(needsRehash(await hashPassword('correct horse battery'))).toBe(false)
    expect(needsRehash('$argon2id$v=19$m=4096,t=3,p=1$AAAA$BBBB')).toBe(true)
  })
})
