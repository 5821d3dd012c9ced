import { describe, expect, it } from 'vitest'
import { findCandidates, isClean, type Expected, type SeenServer } from '../../../../../server/engine/create/find-candidates.ts'

const expected: Expected = { ownerId: 2, groupId: 1, memoryMb: 1024, storageGb: 20, cpuCores: 1, areSizesKnown: true, bornAfter: new Date('2026-01-01T12:00:00Z') }
const seen = (rest: Partial<SeenServer> = {}): SeenServer => ({
  id: 7, uuid: 'u7', name: '', created: '2026-01-01T12:00:03Z', memoryMb: 1024, storageGb: 20, cpuCores: 1, ipv4: [],
  ownerId: 2, groupId: 1, commissionStatus: 0, built: null, isDetailed: true, ...rest,
})
const look = (servers: SeenServer[], rest: { held?: number[], expected?: Partial<Expected> } = {}) =>
  findCandidates({ seen: servers, held: new Set(rest.held), expected: { ...expected, ...rest.expected } })

describe('finding the server that a lost create may have made', () => {
  it('takes a new, unbuilt server of the right owner, group and size for a clean match', () => {
    expect(look([seen()])).toMatchObject([{ id: 7, differences: [] }])
  })

  it('adopts nothing by itself whose number a row of ours still has: the panel gave it again, and both can\'t have it', () => {
    expect(look([seen({ id: 7 })], { held: [7] })[0]?.differences.map(({ code }) => code)).toEqual(['number_held'])
  })

  it.each([
    ['owner', { ownerId: 9 }], ['owner', { ownerId: null }], ['group', { groupId: 3 }], ['group', { groupId: null }],
    ['memory', { memoryMb: 2048 }], ['memory', { memoryMb: null }], ['storage', { storageGb: 40 }], ['cpu_cores', { cpuCores: 2 }],
    ['built', { commissionStatus: 3 }], ['built', { commissionStatus: null }], ['built', { built: '2026-01-01T12:00:09Z' }],
    ['older', { created: '2026-01-01T11:57:00Z' }], ['older', { created: null }],
  ])('marks a difference in %s: %o', (code, rest) => {
    expect(look([seen(rest)])[0]?.differences.map((difference) => difference.code)).toEqual([code])
  })

  it('calls nothing clean whose owner nobody knows: a number may have been given to somebody else', () => {
    expect(look([seen({ ownerId: null }), seen({ id: 8 })], { expected: { ownerId: null } }).map(({ differences }) => differences)).toEqual([
      [{ code: 'owner', expected: null, actual: null }], [{ code: 'owner', expected: null, actual: 2 }],
    ])
  })

  it('allows the panel\'s clock two minutes', () => {
    expect(look([seen({ created: '2026-01-01T11:58:30Z' })]).every(isClean)).toBe(true)
  })

  it('does not compare a size that nobody ordered', () => {
    expect(look([seen({ memoryMb: 512 })], { expected: { memoryMb: null } }).every(isClean)).toBe(true)
  })

  it('never calls a server clean that it could only see in the list', () => {
    expect(look([seen({ isDetailed: false, created: null, groupId: null })])[0]?.differences.map(({ code }) => code)).toEqual(['unread'])
  })
})
