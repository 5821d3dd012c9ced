import { describe, expect, it } from 'vitest'
import { OPERATION_KINDS, OPERATION_STATES } from '../../../../shared/lifecycle/operations.ts'
import { describeActivity, explainToCustomer } from '../../../../server/messages/en/activities.ts'

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

describe('explainToCustomer', () => {
  it('says whose turn it is and nothing of the panel, in every kind and state', () => {
    for (const kind of OPERATION_KINDS) {
      for (const state of OPERATION_STATES) {
        const said = explainToCustomer({ kind, state, step: 'send' })
        if (said) expect(Object.values(said).join(' ')).not.toMatch(/panel|virtfusion|token|setting|undefined/i)
        if (state === 'needs_attention') expect(said?.code).toBe('with_host')
        if (state !== 'needs_attention' && state !== 'failed') expect(said).toBeNull()
      }
    }
  })

  it('asks nobody to try again what only staff can ask for', () => {
    const failed = (kind: (typeof OPERATION_KINDS)[number]) => explainToCustomer({ kind, state: 'failed', step: 'send' })
    expect(failed('restart')?.fix).toContain('Try again')
    expect(failed('suspend')).toBeNull()
    expect(failed('create')?.fix).toContain('you need not do anything')
  })
})
