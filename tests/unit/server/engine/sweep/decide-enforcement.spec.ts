import { describe, expect, it } from 'vitest'
import { SUSPENSION_ENFORCED } from '../../../../../server/engine/run.ts'
import { mayEnforce } from '../../../../../server/engine/sweep/decide-enforcement.ts'

const createdAt = new Date('2026-01-05T08:00:00Z')
const hourLater = new Date('2026-01-05T09:00:00Z')
const suspended = { kind: 'suspend' as const, state: 'succeeded' as const, cause: 'asked', createdAt }

describe('whether Berth suspends again by itself', () => {
  it('does so where a suspension of ours stood, and where one was taken over', () => {
    expect(mayEnforce(suspended, null)).toBe(true)
    expect(mayEnforce(null, null)).toBe(true)
    expect(mayEnforce({ ...suspended, kind: 'unsuspend', state: 'failed' }, null)).toBe(true)
  })

  it('leaves it to people once it has failed to, or somebody has called a suspension off', () => {
    expect(mayEnforce({ ...suspended, state: 'failed', cause: SUSPENSION_ENFORCED }, null)).toBe(false)
    expect(mayEnforce({ ...suspended, state: 'cancelled', cause: SUSPENSION_ENFORCED }, null)).toBe(false)
    expect(mayEnforce({ ...suspended, state: 'cancelled' }, null)).toBe(false)
  })

  it('leaves what is from before safe mode was left, for the customer may have paid since', () => {
    expect(mayEnforce(suspended, hourLater)).toBe(false)
    expect(mayEnforce(null, hourLater)).toBe(false)
    expect(mayEnforce({ ...suspended, createdAt: hourLater }, hourLater)).toBe(true)
  })
})
