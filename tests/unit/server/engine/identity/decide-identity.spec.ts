import { describe, expect, it } from 'vitest'
import { decideIdentity, differingPart, type KnownIdentity, type SeenIdentity } from '../../../../../server/engine/identity/decide-identity.ts'

const NAMES = { groups: { 1: 'Amsterdam', 2: 'Frankfurt' }, packages: { 1: 'VPS S', 2: 'VPS M', 3: 'VPS L' } }
const MARK = '7400:1:16384:16500'
const known: KnownIdentity = { origin: 'https://cp.example.com', witness: { userId: 40, counter: 12, pending: null }, fingerprint: NAMES, databaseMark: MARK }
const seen: SeenIdentity = {
  origin: 'https://cp.example.com', witness: { type: 'found', userId: 40, counter: 12, isAdmin: false }, fingerprint: { type: 'read', fingerprint: NAMES }, databaseMark: MARK,
}
const withoutWitness = { ...known, witness: null }
const read = (packages: Record<string, string>, groups = NAMES.groups): SeenIdentity['fingerprint'] => ({ type: 'read', fingerprint: { groups, packages } })
const witness = (given: Partial<Extract<SeenIdentity['witness'], { type: 'found' }>>): SeenIdentity => ({ ...seen, witness: { type: 'found', userId: 40, counter: 12, isAdmin: false, ...given } })

describe('decideIdentity, with a witness', () => {
  it('knows the panel again by the user and the count in its name', () => {
    expect(decideIdentity(known, seen)).toEqual({ type: 'same', by: 'witness' })
  })

  it('knows it at another address too, whatever became of the packages', () => {
    expect(decideIdentity(known, { ...seen, origin: 'https://new.example.com', fingerprint: read({ 9: 'Other' }) })).toEqual({ type: 'same', by: 'witness' })
  })

  it.each([
    ['the witness is gone', { ...seen, witness: { type: 'absent' as const } }, { code: 'panel_is_another', params: { expected: 40, found: null } }],
    ['another user stands in its place', witness({ userId: 41 }), { code: 'panel_is_another', params: { expected: 40, found: 41 } }],
    ['it has become an administrator', witness({ isAdmin: true }), { code: 'panel_is_another' }],
    ['the count went back', witness({ counter: 11 }), { code: 'panel_was_restored', params: { expected: 12, found: 11 } }],
    ['the count is ahead of ours', witness({ counter: 13 }), { code: 'database_was_restored', params: { part: 'counter', expected: 12, found: 13 } }],
  ])('doubts when %s', (_, now, doubt) => {
    expect(decideIdentity(known, now)).toMatchObject({ type: 'doubt', ...doubt })
  })

  it('takes a count that was begun and not confirmed for its own', () => {
    const begun = { ...known, witness: { userId: 40, counter: 12, pending: 13 } }
    expect(decideIdentity(begun, witness({ counter: 13 }))).toMatchObject({ type: 'same' })
    expect(decideIdentity(begun, witness({ counter: 12 }))).toMatchObject({ type: 'same' })
    expect(decideIdentity(begun, witness({ counter: 14 }))).toMatchObject({ code: 'database_was_restored' })
  })

  it('is not upset by a witness that somebody gave another name', () => {
    expect(decideIdentity(known, witness({ counter: null }))).toEqual({ type: 'same', by: 'witness' })
  })

  it.each(['forbidden', 'unavailable'] as const)('falls back to the fingerprint when the witness is %s', (type) => {
    expect(decideIdentity(known, { ...seen, witness: { type } })).toEqual({ type: 'same', by: 'fingerprint' })
    expect(decideIdentity(known, { ...seen, witness: { type }, fingerprint: read({ 9: 'Other' }, { 1: 'Elsewhere', 2: 'Else' }) })).toMatchObject({ code: 'fingerprint_changed' })
  })
})

describe('decideIdentity, by the fingerprint', () => {
  it('follows a renamed, an added and a removed package', () => {
    expect(decideIdentity(withoutWitness, { ...seen, fingerprint: read({ 1: 'VPS Small', 2: 'VPS M', 4: 'VPS XL' }) })).toEqual({ type: 'same', by: 'fingerprint' })
  })

  it('doubts when fewer than half of what it knew is still there under its name', () => {
    const now = { ...seen, fingerprint: read({ 1: 'A', 2: 'B', 3: 'C' }, { 1: 'Amsterdam', 2: 'Berlin' }) }
    expect(decideIdentity(withoutWitness, now)).toEqual({ type: 'doubt', code: 'fingerprint_changed', params: { known: 5, kept: 1 } })
  })

  it('does not hold a list against the panel that only one of the two readings has', () => {
    expect(decideIdentity(withoutWitness, { ...seen, fingerprint: { type: 'read', fingerprint: { groups: NAMES.groups, packages: null } } })).toMatchObject({ type: 'same' })
  })

  it('asks for all of it at another address, where a single other name is a doubt', () => {
    const elsewhere = { ...seen, witness: null, origin: 'https://new.example.com' }
    expect(decideIdentity(withoutWitness, elsewhere)).toEqual({ type: 'same', by: 'fingerprint' })
    expect(decideIdentity(withoutWitness, { ...elsewhere, fingerprint: read({ ...NAMES.packages, 3: 'VPS Big' }) })).toMatchObject({ code: 'panel_is_another', params: { from: known.origin, to: elsewhere.origin } })
  })
})

describe('decideIdentity, where nothing can be compared', () => {
  it.each([['unavailable', 'panel_unavailable'], ['forbidden', 'panel_not_readable']] as const)('says unknown at the same address, for %s is no reason to doubt', (type, code) => {
    expect(decideIdentity(withoutWitness, { ...seen, witness: null, fingerprint: { type } })).toEqual({ type: 'unknown', code })
  })

  it.each(['unavailable', 'forbidden'] as const)('doubts at another address: %s shows nothing', (type) => {
    expect(decideIdentity(withoutWitness, { ...seen, witness: null, origin: 'https://new.example.com', fingerprint: { type } })).toMatchObject({ type: 'doubt', code: 'panel_unproven' })
  })

  it('doubts at another address while nothing was known of the former one', () => {
    expect(decideIdentity({ ...withoutWitness, fingerprint: null }, { ...seen, witness: null, origin: 'https://new.example.com' })).toMatchObject({ code: 'panel_unproven' })
  })
})

describe('decideIdentity, about our own database', () => {
  it('doubts first of all when another database runs', () => {
    expect(decideIdentity(known, { ...seen, databaseMark: '7401:1:16384:16500' })).toEqual({ type: 'doubt', code: 'database_was_restored', params: { part: 'cluster' } })
  })

  it.each([
    ['7401:1:16384:16500', 'cluster'],
    ['7400:2:16384:16500', 'timeline'],
    ['7400:1:16999:16500', 'database'],
    ['7400:1:16384:17000', 'table'],
  ])('sees in %s what changed', (mark, part) => {
    expect(differingPart(MARK, mark)).toBe(part)
  })

  it('has no doubt where the mark may not be read', () => {
    expect(decideIdentity(known, { ...seen, databaseMark: null })).toMatchObject({ type: 'same' })
    expect(differingPart(null, MARK)).toBeNull()
  })
})
