import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideSettle } from '../../../../../server/engine/create/decide-settle.ts'
import type { StoredCandidate } from '../../../../../server/engine/create/find-candidates.ts'

const candidate = (id: number, isClean = true): StoredCandidate => ({
  id, uuid: `u${id}`, name: '', created: null, memoryMb: null, storageGb: null, cpuCores: null, ipv4: [],
  differences: isClean ? [] : [{ code: 'built', expected: null, actual: null }],
})
const decide = (candidates: StoredCandidate[], elapsedMs = 0, looks = 0) => decideSettle({ look: { type: 'complete', candidates }, looks, elapsedMs, horizonMs: 630_000, sinceSentMs: elapsedMs, sendAgainAfterMs: null })

describe('settling a create whose effect is unknown', () => {
  it('adopts exactly one clean match at once, whatever else is new', () => {
    expect(decide([candidate(1)])).toMatchObject({ type: 'adopt', candidate: { id: 1 } })
    expect(decide([candidate(1), candidate(2, false)])).toMatchObject({ type: 'adopt', candidate: { id: 1 } })
    expect(decide([candidate(1)], 700_000)).toMatchObject({ type: 'adopt' })
  })

  it('asks a person about two', () => {
    expect(decide([candidate(1), candidate(2)])).toMatchObject({ type: 'ask', code: 'create_several_candidates' })
  })

  it('looks again after 1, 2, 5, 10, 15, 30 and 30 seconds, never past the horizon', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 50].map((looks) => decide([], 0, looks))).toEqual([1, 2, 5, 10, 15, 30, 30, 30].map((seconds) => ({ type: 'look-again', ms: seconds * 1000 })))
    expect(decide([], 629_000, 20)).toEqual({ type: 'look-again', ms: 1_000 })
  })

  it('says at the horizon what was seen', () => {
    expect(decide([], 630_000)).toMatchObject({ type: 'ask', code: 'create_none_found' })
    expect(decide([candidate(1, false)], 630_000)).toMatchObject({ type: 'ask', code: 'create_unclear_candidate', candidates: [{ id: 1 }] })
    expect(decideSettle({ look: { type: 'failed' }, looks: 9, elapsedMs: 630_000, horizonMs: 630_000, sinceSentMs: 630_000, sendAgainAfterMs: null })).toMatchObject({ type: 'ask', code: 'create_listing_failed' })
  })

  it('asks at once when the token may not list', () => {
    expect(decideSettle({ look: { type: 'forbidden' }, looks: 0, elapsedMs: 0, horizonMs: 630_000, sinceSentMs: 0, sendAgainAfterMs: null })).toMatchObject({ type: 'ask', code: 'create_listing_forbidden' })
  })

  it('sends again only where the host has said so, only past horizon and minutes, and only with a complete listing that shows nothing new', () => {
    const settle = (change: Partial<Parameters<typeof decideSettle>[0]>) => decideSettle({
      look: { type: 'complete', candidates: [] }, looks: 9, elapsedMs: 3_700_000, horizonMs: 630_000, sinceSentMs: 3_700_000, sendAgainAfterMs: 3_600_000, ...change,
    })
    expect(settle({})).toEqual({ type: 'send-again' })
    expect(settle({ sendAgainAfterMs: null })).toMatchObject({ type: 'ask', code: 'create_none_found' })
    expect(settle({ sinceSentMs: 3_599_000 })).toEqual({ type: 'look-again', ms: 60_000 })
    expect(settle({ look: { type: 'failed' } })).toMatchObject({ type: 'ask', code: 'create_listing_failed' })
    expect(settle({ look: { type: 'failed' }, sinceSentMs: 3_000_000 })).toEqual({ type: 'look-again', ms: 60_000 })
    expect(settle({ look: { type: 'complete', candidates: [candidate(1, false)] } })).toMatchObject({ type: 'ask', code: 'create_unclear_candidate' })
    expect(settle({ look: { type: 'forbidden' } })).toMatchObject({ type: 'ask', code: 'create_listing_forbidden' })
    expect(settle({ elapsedMs: 600_000 })).toMatchObject({ type: 'look-again', ms: 30_000 })
  })

  it('adopts nothing but a single clean match, and never takes a failed listing for an empty one', () => {
    const looks = fc.oneof(
      fc.constant({ type: 'failed' as const }), fc.constant({ type: 'forbidden' as const }),
      fc.array(fc.boolean(), { maxLength: 5 }).map((clean) => ({ type: 'complete' as const, candidates: clean.map((isClean, index) => candidate(index + 1, isClean)) })),
    )
    fc.assert(fc.property(looks, fc.nat(100), fc.nat(1_000_000), fc.integer({ min: 1, max: 1_000_000 }), (look, count, elapsedMs, horizonMs) => {
      const decision = decideSettle({ look, looks: count, elapsedMs, horizonMs, sinceSentMs: elapsedMs, sendAgainAfterMs: null })
      const clean = look.type === 'complete' ? look.candidates.filter(({ differences }) => differences.length === 0) : []
      expect(decision.type === 'adopt').toBe(clean.length === 1)
      if (decision.type === 'ask' && decision.code === 'create_none_found') expect(look.type).toBe('complete')
      if (decision.type === 'look-again') expect(decision.ms).toBeGreaterThan(0)
    }))
  })
})
