import { describe, expect, it } from 'vitest'
import { comparedUpdate, compareIdentity, compareServer, mergeFindings } from '../../../../../server/engine/sweep/compare-server.ts'
import type { KnownFinding, ServerRecord } from '../../../../../server/engine/sweep/ports.ts'
import { ServerSchema } from '../../../../../server/virtfusion/schemas/servers.ts'

const READ_AT = new Date('2026-03-01T12:00:00Z')
const before = (seconds: number) => new Date(READ_AT.getTime() - seconds * 1000)
const RESOURCES = { memory: 1024, storage: 20, traffic: 1000, cpuCores: 1 }
const NONE = { memoryMb: null, storageGb: null, cpuCores: null, trafficGb: null }

const read = (wire: object = {}, resources: object = {}) => ServerSchema.parse({
  id: 101, uuid: 'uuid-of-101', ownerId: 2, name: 'web-1', suspended: false, updated: '2026-02-01T00:00:00Z',
  settings: { resources: { ...RESOURCES, ...resources } }, ...wire,
})
const record = (given: Partial<ServerRecord> = {}): ServerRecord => ({
  id: 'row', lifecycle: 'active', name: 'web-1', virtfusionServerId: 101, virtfusionUuid: 'uuid-of-101', virtfusionOwnerId: 2, desiredSuspended: false, reportsLifting: true,
  memoryMb: 1024, storageGb: 20, cpuCores: 1, trafficGb: 1000, plan: { memoryMb: 1024, storageGb: 20, cpuCores: 1, trafficGb: 1000 }, ordered: NONE, packageId: 1,
  isVanished: false, isBusy: false, lastChangeAt: before(3600), absentSince: null, findings: [], ...given,
})
const findings = (given: Partial<ServerRecord>, remote = read()) => compareServer(record(given), remote, READ_AT).findings

describe('compareServer', () => {
  it('finds nothing in a server that is as we know it', () => {
    expect(compareServer(record(), read(), READ_AT)).toMatchObject({ isComparable: true, findings: [] })
  })

  it.each([
    ['memoryMb', read({}, { memory: 2048 }), { planValue: 1024, ourValue: 1024, panelValue: 2048 }],
    ['storageGb', read({}, { storage: 40 }), { planValue: 20, ourValue: 20, panelValue: 40 }],
    ['cpuCores', read({}, { cpuCores: 2 }), { planValue: 1, ourValue: 1, panelValue: 2 }],
    ['trafficGb', read({}, { traffic: 0 }), { planValue: 1000, ourValue: 1000, panelValue: 0 }],
    ['name', read({ name: 'renamed' }), { planValue: null, ourValue: 'web-1', panelValue: 'renamed' }],
    ['suspension', read({ suspended: true }), { planValue: null, ourValue: false, panelValue: true }],
    ['owner', read({ ownerId: 3 }), { planValue: null, ourValue: 2, panelValue: 3 }],
    ['identity', read({ uuid: 'uuid-of-another' }), { planValue: null, ourValue: 'uuid-of-101', panelValue: 'uuid-of-another' }],
  ])('finds %s changed at the panel, with all three values', (field, remote, values) => {
    expect(findings({}, remote)).toEqual([{ field, ...values }])
  })

  it('finds several changes of one server, each by itself', () => {
    expect(findings({}, read({ name: 'other', suspended: true }, { memory: 512 })).map(({ field }) => field)).toEqual(['memoryMb', 'name', 'suspension'])
  })

  it('finds a suspension that shows otherwise a minute after our last change, and nothing else so early', () => {
    const early = { lastChangeAt: before(60) }
    expect(compareServer(record(early), read({ name: 'other', suspended: true }), READ_AT)).toMatchObject({ isComparable: false, findings: [{ field: 'suspension', ourValue: false, panelValue: true }] })
    expect(compareServer(record({ ...early, desiredSuspended: true }), read({ name: 'other' }), READ_AT)).toMatchObject({ isComparable: false, findings: [{ field: 'suspension', ourValue: true, panelValue: false }] })
  })

  it('finds a size that the order itself named and the panel never gave', () => {
    expect(findings({ ordered: { ...NONE, memoryMb: 4096 } })).toEqual([expect.objectContaining({ field: 'memoryMb', ourValue: 4096, panelValue: 1024 })])
  })

  describe('raises no false alarm', () => {
    it('when the plan was changed after the server was sold', () => {
      expect(findings({ plan: { memoryMb: 8192, storageGb: 100, cpuCores: 8, trafficGb: 0 } })).toEqual([])
    })

    it('for what we have not learnt yet', () => {
      expect(findings({ ...NONE, virtfusionOwnerId: null })).toEqual([])
    })

    it('for what the panel leaves out', () => {
      expect(findings({}, ServerSchema.parse({ id: 101, uuid: 'uuid-of-101', name: 'web-1' }))).toEqual([])
    })

    it('for a server that the panel never gave a name, and for one whose name it cut', () => {
      expect(findings({}, read({ name: '' }))).toEqual([])
      const long = 'a-very-long-name-'.repeat(5)
      expect(findings({ name: long }, read({ name: long.slice(0, 63) }))).toEqual([])
    })

    it('for further disks, which an order names apart', () => {
      const disks = [{ capacity: 20, primary: true, enabled: true }, { capacity: 10, primary: false, enabled: true }]
      expect(findings({ storageGb: 30, ordered: { ...NONE, storageGb: 20 } }, read({ storage: disks }, { storage: 30 }))).toEqual([])
    })

    it('for a lifted suspension when the settings say so', () => {
      expect(findings({ desiredSuspended: true, reportsLifting: false })).toEqual([])
      expect(findings({ desiredSuspended: true })).toHaveLength(1)
    })

    it.each<[string, Partial<ServerRecord>, object]>([
      ['while an operation is under way', { isBusy: true }, {}],
      ['within two minutes after one', { lastChangeAt: before(90) }, {}],
      ['about a read that is older than our last change', { lastChangeAt: new Date(READ_AT.getTime() + 5_000) }, {}],
      ['while the panel itself works on it', {}, { tasks: { active: true } }],
      ['about a server that the panel is about to delete', {}, { deleteLevel: 1 }],
    ])('%s, and looks again', (_when, given, wire) => {
      expect(compareServer(record(given), read({ name: 'other', ...wire }), READ_AT)).toEqual({ isComparable: false, compared: [], findings: [] })
    })

    it.each(['provisioning', 'failed', 'deleting'] as const)('about a server that is %s, without looking again', (lifecycle) => {
      expect(compareServer(record({ lifecycle }), read({ name: 'other' }), READ_AT)).toEqual({ isComparable: true, compared: [], findings: [] })
    })
  })
})

describe('compareIdentity', () => {
  it('tells of another server under our number even while an operation runs: that is what stops it', () => {
    const { findings: found } = compareIdentity(record({ isBusy: true }), { uuid: 'uuid-of-another', ownerId: 9 })
    expect(found.map(({ field }) => field)).toEqual(['identity'])
  })

  it('tells of another owner of the same server', () => {
    expect(compareIdentity(record(), { uuid: 'uuid-of-101', ownerId: 9 }).findings.map(({ field }) => field)).toEqual(['owner'])
  })
})

describe('comparedUpdate', () => {
  const comparison = { isComparable: true, compared: [], findings: [] }

  it('holds up to the panel\'s own time of change, and up to the read where the panel tells none', () => {
    expect(comparedUpdate(comparison, { updated: '2026-02-01T00:00:00.000Z' }, READ_AT)).toBe('2026-02-01T00:00:00.000Z')
    expect(comparedUpdate(comparison, { updated: null }, READ_AT)).toBe(READ_AT.toISOString())
  })

  it('has to be made again after a read of the same second, which may have missed a second change', () => {
    expect(comparedUpdate(comparison, { updated: before(1).toISOString() }, READ_AT)).toBeNull()
  })

  it('has to be made again when nothing could be compared', () => {
    expect(comparedUpdate({ ...comparison, isComparable: false }, { updated: '2026-02-01T00:00:00.000Z' }, READ_AT)).toBeNull()
  })
})

describe('mergeFindings', () => {
  const known = (state: KnownFinding['state'], panelValue = 2048): KnownFinding => ({ id: 'f', field: 'memoryMb', state, panelValue })
  const found = (panelValue: number) => ({ compared: ['memoryMb' as const], findings: [{ field: 'memoryMb' as const, planValue: 1024, ourValue: 1024, panelValue }] })

  it('adds what is new and keeps what stands', () => {
    expect(mergeFindings([], found(2048))).toMatchObject({ add: [{ panelValue: 2048 }], keep: [], end: [] })
    expect(mergeFindings([known('open')], found(4096))).toMatchObject({ add: [], keep: [{ id: 'f', panelValue: 4096, reopens: false }], end: [] })
  })

  it('keeps ignored what was ignored, and opens it again for another value', () => {
    expect(mergeFindings([known('ignored')], found(2048)).keep).toMatchObject([{ reopens: false }])
    expect(mergeFindings([known('ignored')], found(4096)).keep).toMatchObject([{ reopens: true }])
  })

  it('ends what went away by itself, but not what the panel did not tell of', () => {
    expect(mergeFindings([known('open')], { compared: ['memoryMb'], findings: [] }).end).toEqual(['f'])
    expect(mergeFindings([known('open')], { compared: [], findings: [] }).end).toEqual([])
  })
})
