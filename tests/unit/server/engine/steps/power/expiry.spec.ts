import { describe, expect, it } from 'vitest'
import type { AttemptFacts } from '../../../../../../server/engine/ports.ts'
import { expire, hasExpired } from '../../../../../../server/engine/steps/power/expiry.ts'

const ASKED_AT = new Date('2026-11-24T09:00:00Z')
const minutesLater = (minutes: number) => new Date(ASKED_AT.getTime() + minutes * 60_000)
const isOver = (given: Partial<Parameters<typeof hasExpired>[0]>, minutes: number) => hasExpired({ createdAt: ASKED_AT, memory: {}, diagnosis: null, ...given }, minutesLater(minutes))

describe('a power action that waits', () => {
  it('is meant for a quarter of an hour, counted anew when somebody has it tried again', () => {
    expect([isOver({}, 15), isOver({}, 16)]).toEqual([false, true])
    const memory = { retriedAt: minutesLater(60).toISOString() }
    expect([isOver({ memory }, 70), isOver({ memory }, 80)]).toEqual([false, true])
  })

  it('is looked at until a person hears of it while the panel holds the server for other work', () => {
    expect(isOver({ diagnosis: { code: 'server_busy', params: {} } }, 20)).toBe(false)
    expect(isOver({ diagnosis: { code: 'connection_refused', params: {} } }, 20)).toBe(true)
  })

  it.each<[string, AttemptFacts | null, string]>([
    ['nothing was sent', null, 'wish_expired'],
    ['what was sent had no effect', { id: 'a', isCompleted: true, effect: 'none' }, 'wish_expired'],
    ['an earlier try may have had its effect', { id: 'a', isCompleted: true, effect: 'unknown' }, 'power_effect_unknown'],
    ['an earlier try was done', { id: 'a', isCompleted: true, effect: 'done' }, 'power_effect_unknown'],
    ['an earlier try never came to its end', { id: 'a', isCompleted: false, effect: 'none' }, 'power_effect_unknown'],
  ])('ends without a word that may be untrue where %s', async (_, last, code) => {
    // Of a whole turn it takes this alone.
    const run = { engine: { store: { findLastAttempt: () => Promise.resolve(last) } }, operation: { id: 'o' } } as unknown as Parameters<typeof expire>[0]
    expect(await expire(run)).toMatchObject({ type: 'fail', diagnosis: { code } })
  })
})
