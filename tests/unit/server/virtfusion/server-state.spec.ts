import { describe, expect, it } from 'vitest'
import { ServerSchema } from '../../../../server/virtfusion/schemas/servers.ts'
import { readServerState } from '../../../../server/virtfusion/server-state.ts'

const read = (fields: object) => readServerState(ServerSchema.parse({ id: 7, uuid: 'ab68e20a-211f-4b90', ...fields }))
const idle = { tasks: { active: false } }
const busy = { tasks: { active: true } }

describe('readServerState', () => {
  it.each([
    ['allocated', { commissionStatus: 0, state: 'allocated', buildFailed: false, ...idle }, 'allocated'],
    ['queued', { commissionStatus: 1, state: 'queued', ...busy }, 'building'],
    ['the first task on an allocated server', { commissionStatus: 0, state: 'allocated', ...busy }, 'building'],
    ['running', { commissionStatus: 2, state: 'queued', ...busy }, 'building'],
    ['failed, as panels show it', { commissionStatus: 2, state: 'failed', buildFailed: false, ...idle }, 'build_failed'],
    ['failed by its flag alone', { commissionStatus: 3, state: 'complete', buildFailed: true, ...idle }, 'build_failed'],
    ['failed, but still worked on', { commissionStatus: 2, state: 'failed', buildFailed: true, ...busy }, 'building'],
    ['complete', { commissionStatus: 3, state: 'complete', ...idle }, 'ready'],
    ['complete and busy with something else', { commissionStatus: 3, state: 'complete', ...busy }, 'ready'],
    ['numbers as strings', { commissionStatus: '3', state: 'complete', tasks: { active: 0 } }, 'ready'],
    ['a state nobody knows', { commissionStatus: 3, state: 'defragmenting', ...idle }, 'unknown'],
    ['nothing at all', {}, 'unknown'],
  ])('reads a build that is %s', (_, fields, status) => {
    expect(read(fields)).toMatchObject({ status, buildStatus: status })
  })

  it('keeps the build beside a suspension, and puts a deletion above both', () => {
    expect(read({ commissionStatus: 3, state: 'complete', suspended: true, ...idle })).toMatchObject({ status: 'suspended', buildStatus: 'ready', isSuspended: true })
    expect(read({ commissionStatus: 3, state: 'complete', suspended: 1, deleteLevel: 2, ...idle })).toMatchObject({ status: 'deleting', isDeleting: true })
  })

  it('says null, not false, when the panel does not mention a suspension or tasks', () => {
    expect(read({})).toMatchObject({ isSuspended: null, isBusy: null, isInMaintenance: null })
  })

  it.each([
    [false, 'unknown'], [undefined, 'unknown'], [[], 'unknown'], [{}, 'unknown'],
    [{ running: true, state: 'running' }, 'running'],
    [{ running: false }, 'stopped'],
    [{ running: 0 }, 'stopped'],
    [{ state: 'running' }, 'running'],
    [{ state: 'shut off' }, 'stopped'],
    [{ state: 'SHUTOFF' }, 'stopped'],
    [{ running: true, state: 'paused' }, 'paused'],
    [{ state: 'crashed' }, 'unknown'],
  ])('reads power out of %j', (remoteState, power) => {
    expect(read({ remoteState }).power).toBe(power)
  })

  it('never takes the build\'s state for power', () => {
    expect(read({ state: 'complete', commissionStatus: 3 }).power).toBe('unknown')
  })

  it('lists public addresses, primary interface first, without disabled ones', () => {
    expect(read({
      network: {
        interfaces: [{
          ipv4: [{ address: '192.0.2.1' }, { address: '192.0.2.2', enabled: false }],
          ipv6: [{ subnet: '2001:db8:1::', cidr: 64, addresses: [] }, { subnet: '2001:db8:2::', cidr: 64, addresses: ['2001:db8:2::5'] }],
        }],
        secondaryInterfaces: [{ type: 'private', ipv4: [{ address: '10.0.0.4' }] }, { type: 'public', ipv4: [{ address: '192.0.2.9' }] }],
      },
    })).toMatchObject({ ipv4: ['192.0.2.1', '192.0.2.9'], ipv6: ['2001:db8:1::/64', '2001:db8:2::5'] })
  })

  it('reads resources from the detail and from a row of the user\'s list alike', () => {
    const resources = { memory: 1024, storage: '11', traffic: 0, cpuCores: 2 }
    const expected = { memoryMb: 1024, storageGb: 11, trafficGb: 0, cpuCores: 2 }
    expect(read({ settings: { resources } }).resources).toEqual(expected)
    expect(read({ resources }).resources).toEqual(expected)
    expect(read({}).resources).toEqual({ memoryMb: null, storageGb: null, trafficGb: null, cpuCores: null })
  })
})
