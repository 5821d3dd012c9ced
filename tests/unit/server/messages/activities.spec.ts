import { describe, expect, it } from 'vitest'
import { OPERATION_KINDS, OPERATION_STATES } from '../../../../shared/lifecycle/operations.ts'
import { describeActivity } from '../../../../server/messages/en/activities.ts'

describe('describeActivity', () => {
  it('has a sentence for every kind and state, and never names the panel to a customer', () => {
    for (const kind of OPERATION_KINDS) {
      for (const state of OPERATION_STATES) {
        expect(describeActivity({ kind, state, step: 'send' }, 'admin')).toMatch(/^[A-Z].+\.$/)
        expect(describeActivity({ kind, state, step: 'send' }, 'customer')).toMatch(/[Yy]our server .+\.$/)
        expect(describeActivity({ kind, state, step: 'send' }, 'customer')).not.toMatch(/panel|virtfusion|operation|undefined/i)
      }
    }
  })

  it('tells a scheduled deletion from one that runs', () => {
    expect(describeActivity({ kind: 'delete', state: 'waiting', step: 'scheduled' }, 'customer')).toBe('Your server is scheduled to be deleted.')
    expect(describeActivity({ kind: 'delete', state: 'waiting', step: 'await_deletion' }, 'customer')).toBe('Your server is scheduled to be deleted.')
    expect(describeActivity({ kind: 'delete', state: 'waiting', step: 'await_deletion' }, 'admin')).toBe('Deletion is scheduled at the panel.')
    expect(describeActivity({ kind: 'delete', state: 'running', step: 'send' }, 'customer')).toBe('Your server is being deleted.')
  })

  it('adds the reason of a suspension', () => {
    expect(describeActivity({ kind: 'suspend', state: 'succeeded', step: 'verify', input: { reason: 'Unpaid invoice.' } }, 'customer')).toBe('Your server was suspended: Unpaid invoice.')
  })
})
