import { describe, expect, it } from 'vitest'
import { readFacts, readPower, toObservation, toObservationPatch } from '../../../../server/engine/observation.ts'
import { ServerSchema } from '../../../../server/virtfusion/schemas/servers.ts'

const remote = (wire: object) => ServerSchema.parse({ id: 7, uuid: '11111111-2222-4333-8444-555555555555', ...wire })

describe('what a read tells about power', () => {
  it.each([
    ['running', { running: true, state: 'running' }],
    ['stopped', { running: false }],
    ['stopped', { state: 'shut off' }],
    ['paused', { running: true, state: 'paused' }],
    ['unknown', { state: 'something new' }],
  ])('is %s for %o', (expected, remoteState) => expect(readPower(remote({ remoteState }))).toBe(expected))

  it('is nothing at all without live data: that is not "off"', () => {
    expect(readPower(remote({ remoteState: false }))).toBeNull()
    expect(readPower(remote({}))).toBeNull()
  })
})

describe('the time of the power', () => {
  const readAt = new Date('2026-11-26T10:00:00Z')
  const patchOf = (wire: object) => toObservationPatch({ suspendedAt: null }, remote(wire), { readAt })

  it('is that of a read that told it', () => {
    expect(patchOf({ remoteState: { running: false } })).toMatchObject({ power: 'stopped', powerObservedAt: readAt, observedAt: readAt })
  })

  it('stays where a read said nothing of it, so that an old power does not pass for a new one', () => {
    const patch = patchOf({})
    expect(patch.observedAt).toEqual(readAt)
    expect(patch).not.toHaveProperty('power')
    expect(patch).not.toHaveProperty('powerObservedAt')
  })
})

describe('the columns of a read', () => {
  it('holds addresses and sizes', () => {
    const facts = readFacts(remote({
      settings: { resources: { memory: 1024, storage: '20', traffic: 0, cpuCores: 2 } },
      network: { interfaces: [{ ipv4: [{ address: '198.51.100.7' }], ipv6: [{ subnet: '2001:db8::', cidr: 64, addresses: [] }] }], secondaryInterfaces: [] },
    }))
    expect(facts).toEqual({ memoryMb: 1024, storageGb: 20, trafficGb: 0, cpuCores: 2, ipv4: ['198.51.100.7'], ipv6: ['2001:db8::/64'] })
  })

  it('holds no address of a private network and none that is switched off: nobody reaches the server there', () => {
    const facts = readFacts(remote({
      network: {
        interfaces: [{ ipv4: [{ address: '198.51.100.7', enabled: true }, { address: '198.51.100.8', enabled: false }], ipv6: [{ subnet: '2001:db8::', cidr: 64, addresses: [], enabled: false }] }],
        secondaryInterfaces: [{ type: 'private', ipv4: [{ address: '10.0.0.4' }] }, { type: 'public', ipv4: [{ address: '192.0.2.9' }] }],
      },
    }))
    expect(facts).toMatchObject({ ipv4: ['198.51.100.7', '192.0.2.9'], ipv6: [] })
  })

  it('erases nothing that a short answer leaves out', () => {
    expect(readFacts(remote({}))).toEqual({})
  })

  it('knows nothing of a size that no column can hold, so that the rest of the read is stored', () => {
    const resources = { memory: 2_147_483_648, storage: 1e300, traffic: -1, cpuCores: 2_147_483_647 }
    expect(readFacts(remote({ settings: { resources } }))).toEqual({ cpuCores: 2_147_483_647 })
  })

  it('keeps no secret and no field that is not named', () => {
    const kept = toObservation(remote({ settings: { decryptedPassword: 'hunter2' }, vnc: { password: 'x' }, name: 'web' }))
    expect(JSON.stringify(kept)).not.toContain('hunter2')
    expect(kept).toMatchObject({ name: 'web', suspended: null })
  })
})
