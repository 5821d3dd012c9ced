import { describe, expect, it } from 'vitest'
import { allowedFields } from '../../../../../server/domains/audit/rules.ts'

describe('allowedFields', () => {
  it('drops everything that is not on the list, so an object passed whole tells no secret', () => {
    expect(allowedFields({ name: 'A', password: 'canary', passwordHash: 'canary', token: 'canary', sessions: ['canary'], tokenHint: 'abcd' })).toEqual({ name: 'A', tokenHint: 'abcd' })
  })

  it('drops secret names inside of nested values', () => {
    const kept = allowedFields({ features: { virtfusion_package_id: 1, api_token: 'canary', deeper: [{ clientSecret: 'canary', ok: true }] }, dueAt: new Date('2026-11-23T12:00:00Z') })
    expect(kept).toEqual({ features: { virtfusion_package_id: 1, deeper: [{ ok: true }] }, dueAt: '2026-11-23T12:00:00.000Z' })
  })

  it('is null when nothing is left to say', () => {
    expect(allowedFields({ password: 'canary' })).toBeNull()
    expect(allowedFields(undefined)).toBeNull()
  })
})
