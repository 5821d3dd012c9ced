import { describe, expect, it } from 'vitest'
import { compareServers, toReportGroups, type BoundRow } from '../../../../../server/domains/identity/compare-servers.ts'

const ours = (id: number, given: Partial<BoundRow> = {}): BoundRow =>
  ({ id: `row-${id}`, reference: `vps-${id}`, name: `web-${id}`, lifecycle: 'active', virtfusionServerId: id, virtfusionUuid: `uuid-${id}`, virtfusionOwnerId: 2, ...given })
const theirs = (id: number, given: { uuid?: string, ownerId?: number | null } = {}) => ({ id, uuid: `uuid-${id}`, name: `remote-${id}`, ownerId: 2, ...given })

function kindsOf(rows: BoundRow[], remotes: ReturnType<typeof theirs>[]) {
  return Object.fromEntries([...compareServers(rows, remotes)].filter(([, items]) => items.length > 0).map(([kind, items]) => [kind, items.map(({ virtfusionServerId }) => virtfusionServerId)]))
}

describe('compareServers', () => {
  it('puts each server into one group', () => {
    const rows = [ours(1), ours(2), ours(3, { virtfusionOwnerId: 5 }), ours(4), ours(5, { lifecycle: 'deleted' }), ours(6, { lifecycle: 'deleted' })]
    const remotes = [theirs(1), theirs(3), theirs(4, { uuid: 'another' }), theirs(5), theirs(7)]
    expect(kindsOf(rows, remotes)).toEqual({ same: [1], missing: [2], owner_changed: [3], uuid_differs: [4], resurrected: [5], unknown: [7] })
  })

  it('takes a number that a deleted server had, and another one has now, for unknown', () => {
    expect(kindsOf([ours(1, { lifecycle: 'deleted' })], [theirs(1, { uuid: 'another' })])).toEqual({ unknown: [1] })
  })

  it('shows a server once that was deleted and adopted again, by the row that stands for it now', () => {
    const [former, latter] = [ours(1, { id: 'former', lifecycle: 'deleted' }), ours(1, { id: 'latter' })]
    const idsOf = (rows: BoundRow[], remotes = [theirs(1)]) => [...compareServers(rows, remotes)].flatMap(([kind, items]) => items.map(({ serverId }) => [kind, serverId]))
    expect(idsOf([former, latter])).toEqual([['same', 'latter']])
    expect(idsOf([latter, former])).toEqual([['same', 'latter']])
    expect(idsOf([former, latter], [])).toEqual([['missing', 'latter']])
    expect(idsOf([former, { ...latter, lifecycle: 'deleted' }])).toEqual([['resurrected', 'latter']])
  })

  it('tells of both servers of ours that had a number, one after the other', () => {
    expect(kindsOf([ours(1, { lifecycle: 'deleted' }), ours(1, { virtfusionUuid: 'another' })], [theirs(1)])).toEqual({ resurrected: [1], uuid_differs: [1] })
  })

  it('has no word on an owner that either side does not tell', () => {
    expect(kindsOf([ours(1, { virtfusionOwnerId: null }), ours(2)], [theirs(1), theirs(2, { ownerId: null })])).toEqual({ same: [1, 2] })
  })

  it('counts all and shows the first two hundred', () => {
    const rows = Array.from({ length: 250 }, (_, index) => ours(index + 1))
    const missing = toReportGroups(compareServers(rows, [])).find(({ kind }) => kind === 'missing')
    expect(missing?.count).toBe(250)
    expect(missing?.items).toHaveLength(200)
  })
})
