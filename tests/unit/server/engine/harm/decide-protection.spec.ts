import { describe, expect, it } from 'vitest'
import { OPERATION_KINDS } from '#shared/lifecycle/operations.ts'
import { decideProtection } from '../../../../../server/engine/harm/decide-protection.ts'

describe('decideProtection', () => {
  it('refuses to delete and to rebuild a protected server, and nothing else', () => {
    expect(OPERATION_KINDS.filter((kind) => decideProtection({ kind, isProtected: true }) === 'refuse')).toEqual(['delete', 'rebuild'])
  })

  it('refuses nothing where no protection is on', () => {
    expect(OPERATION_KINDS.filter((kind) => decideProtection({ kind, isProtected: false }) === 'refuse')).toEqual([])
  })
})
