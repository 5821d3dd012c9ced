import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideInstall, installPause, mayBuildUnread, readBuildState, type BuildFacts } from '../../../../server/engine/decide-install.ts'

const facts = (rest: Partial<BuildFacts> = {}): BuildFacts => ({ commissionStatus: 0, state: 'allocated', built: null, buildFailed: false, tasks: null, ...rest })
const busy = { active: true, lastOn: null, actions: null }

describe('reading the build state', () => {
  it.each([
    ['unbuilt', facts()],
    ['building', facts({ tasks: busy })],
    ['building', facts({ commissionStatus: 1, state: 'queued' })],
    ['building', facts({ commissionStatus: 2, state: 'something new' })],
    ['building', facts({ commissionStatus: 1, state: 'queued', built: '2026-01-01T00:00:00Z' })],
    ['failed', facts({ commissionStatus: 2, state: 'failed', buildFailed: false })],
    ['failed', facts({ commissionStatus: 2, state: 'complete', buildFailed: true })],
    ['building', facts({ commissionStatus: 2, state: 'failed', tasks: busy })],
    ['complete', facts({ commissionStatus: 3, state: 'complete', built: '2026-01-01T00:00:00Z' })],
    ['unclear', facts({ commissionStatus: 3, state: 'something new' })],
    ['unclear', facts({ commissionStatus: null, state: null })],
  ])('reads %s from %o', (expected, given) => expect(readBuildState(given)).toBe(expected))
})

describe('deciding about the installation', () => {
  const all = fc.record({
    state: fc.constantFrom('unbuilt', 'building', 'complete', 'failed', 'unclear' as const),
    wasBuilt: fc.boolean(), sent: fc.constantFrom('none', 'unknown', 'accepted' as const),
    elapsedMs: fc.nat(2_000_000), horizonMs: fc.integer({ min: 1, max: 1_000_000 }), mayReinstall: fc.boolean(), hasFailedBefore: fc.boolean(),
  })

  it('never builds while a build may have been sent, nor over anything that was built', () => {
    fc.assert(fc.property(all, (given) => {
      const decision = decideInstall(given as Parameters<typeof decideInstall>[0])
      if (decision !== 'build') return
      expect(given.sent).toBe('none')
      expect(given.state === 'unbuilt' || (given.state === 'failed' && !given.wasBuilt && given.mayReinstall)).toBe(true)
    }))
  })

  it('takes a finished installation for finished, whoever began it', () => {
    fc.assert(fc.property(all, (given) => {
      expect(decideInstall({ ...given, state: 'complete' } as Parameters<typeof decideInstall>[0])).toBe('complete')
    }))
  })

  it('looks for a lost build until the horizon, then asks', () => {
    const given = { state: 'unbuilt' as const, wasBuilt: false, sent: 'unknown' as const, horizonMs: 1_000, mayReinstall: false, hasFailedBefore: false }
    expect(decideInstall({ ...given, elapsedMs: 999 })).toBe('look-again')
    expect(decideInstall({ ...given, elapsedMs: 1_000 })).toBe('never-began')
  })

  it('does not take the failure of an earlier build for that of a later one, which may still arrive', () => {
    const given = { state: 'failed' as const, wasBuilt: false, sent: 'unknown' as const, horizonMs: 1_000, mayReinstall: false, hasFailedBefore: true }
    expect(decideInstall({ ...given, elapsedMs: 999 })).toBe('look-again')
    expect(decideInstall({ ...given, elapsedMs: 1_000 })).toBe('never-began')
    expect(decideInstall({ ...given, elapsedMs: 0, hasFailedBefore: false })).toBe('failed')
  })

  it('looks every two seconds in the first minute and more rarely later', () => {
    expect([0, 59_999, 60_000, 299_999, 300_000].map(installPause)).toEqual([2_000, 2_000, 5_000, 5_000, 15_000])
  })
})

describe('building what can\'t be read', () => {
  const now = new Date('2026-01-01T12:00:00Z')
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()

  it.each([
    [true, 'right after the panel made it', { freshAt: ago(1) }],
    [false, 'hours later, when somebody may have installed it by hand', { freshAt: ago(180) }],
    [true, 'on the word of a person who has looked', { freshAt: ago(180), retriedAt: ago(1) }],
    [false, 'long after that word', { freshAt: ago(180), retriedAt: ago(60) }],
    [false, 'by a time that a clock far ahead has written', { freshAt: ago(-60) }],
  ])('is %s %s', (expected, _, memory) => expect(mayBuildUnread(memory, now)).toBe(expected))
})
