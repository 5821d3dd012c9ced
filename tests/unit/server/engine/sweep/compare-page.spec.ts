import { describe, expect, it } from 'vitest'
import { comparePage, judgeUnknown } from '../../../../../server/engine/sweep/compare-page.ts'
import type { BoundRow, OpenCreate, SuspensionPolicy } from '../../../../../server/engine/sweep/ports.ts'
import { ServerRowSchema } from '../../../../../server/virtfusion/schemas/servers.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000)
const uuidOf = (id: number) => `uuid-of-${id}`
const UPDATED = '2026-02-01T00:00:00.000Z'

const listed = (id: number, wire: object = {}) => ServerRowSchema.parse({
  id, uuid: uuidOf(id), name: `web-${id}`, owner: 2, suspended: false, commissioned: 3, created: '2026-01-01T00:00:00Z', updated: UPDATED, ...wire,
})
const bound = (id: number, row: Partial<BoundRow> = {}): BoundRow => ({
  id: `row-${id}`, lifecycle: 'active', virtfusionServerId: id, virtfusionUuid: uuidOf(id), virtfusionOwnerId: 2, isSuspended: false, desiredSuspended: false, suspensionFinding: null, isBusy: false, isVanished: false, deletedAt: null,
  observedAt: minutesAgo(5), observedName: `web-${id}`, comparedUpdate: UPDATED, unreadAt: null, ...row,
})
const compare = (remotes: ReturnType<typeof listed>[], ours: BoundRow[], policy: SuspensionPolicy = 'report') => comparePage({ remotes, ours, readAt: NOW, policy })

describe('comparePage', () => {
  it('lets rows agree that the list shows as they were read last, without a read', () => {
    expect(compare([listed(1), listed(2)], [bound(1), bound(2)])).toEqual({ agree: ['row-1', 'row-2'], differ: [], moved: [], unknown: [] })
  })

  it.each<[string, object, Partial<BoundRow>]>([
    ['another name', { name: 'other' }, {}],
    ['another owner', { owner: 3 }, {}],
    ['a suspension', { suspended: true }, {}],
    ['a lifted suspension', {}, { isSuspended: true }],
    ['a ghost that is back', {}, { isVanished: true }],
    ['a server that was never read', {}, { observedAt: null }],
  ])('has %s read by itself', (_what, wire, row) => {
    const verdict = compare([listed(1, wire)], [bound(1, row)])
    expect(verdict.differ.map(({ id }) => id)).toEqual(['row-1'])
    expect(verdict.agree).toEqual([])
  })

  it.each<[string, object, Partial<BoundRow>]>([
    ['the panel has touched since', { updated: '2026-02-01T00:00:09Z' }, {}],
    ['was never compared whole', {}, { comparedUpdate: null }],
  ])('counts a server as seen that %s, and has it read as well', (_what, wire, row) => {
    const verdict = compare([listed(1, wire)], [bound(1, row)])
    expect(verdict.agree).toEqual(['row-1'])
    expect(verdict.moved.map(({ id }) => id)).toEqual(['row-1'])
  })

  it.each<[string, SuspensionPolicy, Partial<BoundRow>, number]>([
    ['again under the policy report while nobody was told of it', 'report', {}, 1],
    ['no more under the policy report once it is listed', 'report', { suspensionFinding: 'open' }, 0],
    ['again under the policy enforce until it is suspended', 'enforce', { suspensionFinding: 'open' }, 1],
    ['never under the policy off', 'off', {}, 0],
    ['no more once an admin has ignored it', 'enforce', { suspensionFinding: 'ignored' }, 0],
    ['not while an operation holds it', 'enforce', { isBusy: true }, 0],
    ['not on its way out', 'enforce', { lifecycle: 'deleting' }, 0],
  ])('has a server whose lifted suspension was read before read %s', (_what, policy, row, reads) => {
    const verdict = compare([listed(1)], [bound(1, { desiredSuspended: true, ...row })], policy)
    expect([verdict.differ.length, verdict.agree.length]).toEqual([reads, 1 - reads])
  })

  it('takes what a panel leaves out for no difference', () => {
    expect(compare([listed(1, { owner: null, suspended: null, updated: null })], [bound(1)]).agree).toEqual(['row-1'])
  })

  it('goes by the uuid: a number that was given again is read, and the server that has it now is nobody\'s', () => {
    const verdict = compare([listed(1, { uuid: 'uuid-of-someone-else' })], [bound(1)])
    expect(verdict.differ).toHaveLength(1)
    expect(verdict.unknown.map(({ uuid }) => uuid)).toEqual(['uuid-of-someone-else'])
  })

  it('knows a server of ours under another number, so it is no orphan', () => {
    expect(compare([listed(7, { uuid: uuidOf(1) })], [bound(1)]).unknown).toEqual([])
  })

  it('does not take a server for an orphan whose row was deleted a moment ago, but does when it is back later', () => {
    const deleted = (minutes: number) => bound(1, { lifecycle: 'deleted', deletedAt: minutesAgo(minutes) })
    expect(compare([listed(1)], [deleted(2)])).toEqual({ agree: [], differ: [], moved: [], unknown: [] })
    expect(compare([listed(1)], [deleted(60)]).unknown).toHaveLength(1)
  })
})

describe('judgeUnknown', () => {
  const create = (given: Partial<OpenCreate> = {}): OpenCreate => ({ operationId: 'op', ownerId: 2, baseline: [], startedAt: minutesAgo(2), isOpen: true, ...given })
  const fresh = listed(9, { created: minutesAgo(1).toISOString() })

  it('lists a server of nobody at once when no create of its owner is under way', () => {
    expect(judgeUnknown(fresh, [], NOW)).toEqual({ remote: fresh, operationId: null, seenAt: NOW })
    expect(judgeUnknown(fresh, [create({ ownerId: 3 })], NOW)).toMatchObject({ operationId: null })
  })

  it('leaves a server to the create that may still be finding it', () => {
    expect(judgeUnknown(fresh, [create()], NOW)).toBeNull()
  })

  it('names the create that stands undecided since a quarter of an hour', () => {
    expect(judgeUnknown(fresh, [create({ startedAt: minutesAgo(16) })], NOW)).toMatchObject({ operationId: 'op' })
  })

  it('names a create that was given up with unknown effect', () => {
    expect(judgeUnknown(fresh, [create({ isOpen: false })], NOW)).toMatchObject({ operationId: 'op' })
  })

  it('names no create when it could be the child of several', () => {
    expect(judgeUnknown(fresh, [create({ isOpen: false }), create({ operationId: 'other', isOpen: false })], NOW)).toMatchObject({ operationId: null })
  })

  it('takes what stood there before for no child of a create', () => {
    expect(judgeUnknown(fresh, [create({ baseline: [9] })], NOW)).toMatchObject({ operationId: null })
    expect(judgeUnknown(listed(9, { created: '2026-01-01T00:00:00Z' }), [create()], NOW)).toMatchObject({ operationId: null })
  })
})
