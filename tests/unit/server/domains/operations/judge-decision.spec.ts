import { describe, expect, it } from 'vitest'
import { judgeAdoption, judgeSecondTry } from '../../../../../server/domains/operations/judge-decision.ts'

const adoption = (different: Partial<Parameters<typeof judgeAdoption>[0]> = {}) =>
  judgeAdoption({ virtfusionServerId: 9, owner: { expected: 2, actual: 2 }, wasThere: false, boundTo: null, isNumberHeld: false, isReadable: true, ...different })?.reason ?? null

describe('judgeAdoption', () => {
  it.each([
    [null, {}],
    ['already_bound', { boundTo: 'vps-1' }],
    ['number_held', { isNumberHeld: true, holder: 'vps-1' }],
    ['was_there_before', { wasThere: true }],
    ['other_owner', { owner: { expected: 2, actual: 3 } }],
    ['other_owner', { owner: { expected: 2, actual: null } }],
    ['unreadable', { isReadable: false }],
  ])('answers %s for %o', (reason, different) => {
    expect(adoption(different)).toBe(reason)
  })
})

describe('judgeSecondTry', () => {
  const server = (different: object = {}) => ({ virtfusionServerId: 9, isNew: true, boundTo: null, differences: [], ...different })
  const differences = [{ code: 'built', expected: null, actual: null, text: 'Built' }]

  it('refuses while nobody can read what the owner has: unknown is not nothing', () => {
    expect(judgeSecondTry(null)?.reason).toBe('panel_unavailable')
  })

  it('refuses while a new server belongs to nobody, whether it fits or not', () => {
    expect(judgeSecondTry([server()])?.detail).toContain('exactly what was ordered')
    expect(judgeSecondTry([server({ differences }), server({ virtfusionServerId: 10, differences })])?.detail).toContain('number 9, 10')
  })

  it('lets it through past servers that were there before or are bound', () => {
    expect(judgeSecondTry([])).toBeNull()
    expect(judgeSecondTry([server({ isNew: false }), server({ boundTo: { serverId: 'x', reference: 'vps-1' } })])).toBeNull()
  })
})
