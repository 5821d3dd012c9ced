import { describe, expect, it } from 'vitest'
import { DRIFT_FIELDS, judgeDecision } from '../../../../shared/lifecycle/drift.ts'

const allowed = (decision: 'take' | 'push' | 'ignore') => DRIFT_FIELDS.filter((field) => judgeDecision(field, 'open', decision).allowed)

describe('judgeDecision', () => {
  it('lets our row take everything but another server', () => {
    expect(allowed('take')).toEqual(DRIFT_FIELDS.filter((field) => field !== 'identity'))
  })

  it('pushes all that the panel\'s API can set by itself, which a disk and an identity are not', () => {
    expect(allowed('push')).toEqual(DRIFT_FIELDS.filter((field) => field !== 'storageGb' && field !== 'identity'))
  })

  it('lets everything be ignored, and says why where something is off', () => {
    expect(allowed('ignore')).toEqual(DRIFT_FIELDS)
    for (const field of DRIFT_FIELDS) {
      const verdict = judgeDecision(field, 'open', 'push')
      if (!verdict.allowed) expect(verdict.reason).toMatch(/\w.*\.$/)
    }
  })

  it('decides an ignored one again, but nothing that is settled', () => {
    expect(judgeDecision('name', 'ignored', 'take').allowed).toBe(true)
    expect(judgeDecision('name', 'ignored', 'ignore').allowed).toBe(false)
    expect(judgeDecision('name', 'gone', 'ignore').allowed).toBe(false)
  })
})
