import { describe, expect, it } from 'vitest'
import { describeCreateAnswer, describeOrder, titleOfAnswer } from '../../../utils/create-call-words'

const lost = { httpStatus: null, outcome: 'unknown', durationMs: 30_000, completedAt: '2026-11-23T17:00:30.000Z', message: null } as const

describe('what came back for a create call', () => {
  it.each([
    [{}, 'Answer lost', 'No answer came after 30.0 s. The request had left, so the panel may have made the server.'],
    [{ completedAt: null }, 'Berth was interrupted', 'Nobody knows: Berth ended before the call did. The request may have reached the panel.'],
    [{ httpStatus: 504 }, 'Unclear answer (504)', 'An answer with status 504 came after 30.0 s, but not one that says whether the server was made.'],
    [{ httpStatus: 201, outcome: 'ok' }, 'Odd answer', 'The panel answered with 201 after 30.0 s: it made a server.'],
    [{ httpStatus: 422, outcome: 'rejected' }, 'Refused', 'The panel refused with 422 after 30.0 s. Nothing was made by it.'],
    [{ outcome: 'unreachable', durationMs: null }, 'Not reached', 'The call never reached the panel. Nothing was made by it.'],
  ] as const)('reads %o as "%s"', (different, title, sentence) => {
    expect([titleOfAnswer({ ...lost, ...different }), describeCreateAnswer({ ...lost, ...different })]).toEqual([title, sentence])
  })
})

describe('what was ordered', () => {
  const order = { ownerId: 12, groupId: 3, memoryMb: 2048, storageGb: 40, cpuCores: 1, bornAfter: null }

  it('names the sizes that the order gives, and the package for the others', () => {
    expect(describeOrder(order)).toBe('one server in hypervisor group 3 for VirtFusion user 12 with 1 core, 2 GB memory, 40 GB disk')
    expect(describeOrder({ ...order, ownerId: 41 }, 12)).toContain('for the throw-away user 41 (made for this order; the server then goes to VirtFusion user 12)')
    expect(describeOrder({ ...order, ownerId: null, memoryMb: null, storageGb: null, cpuCores: null })).toBe('one server in hypervisor group 3 with the sizes of its package')
  })
})
