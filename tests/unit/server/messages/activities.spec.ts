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

  it('says of a scheduled deletion that stands in front of somebody that it has not begun', () => {
    const halted = { kind: 'delete', state: 'needs_attention', step: 'scheduled' } as const
    expect(describeActivity(halted, 'customer')).toBe('The deletion of your server has not begun. Your host is looking at it.')
    expect(describeActivity(halted, 'admin')).toBe('Deletion is scheduled: waits for a decision.')
  })

  it('claims nothing of a server whose operation was called off: it may have been sent before', () => {
    for (const kind of OPERATION_KINDS) expect(describeActivity({ kind, state: 'cancelled', step: 'verify' }, 'customer')).toMatch(/ of your server .*was called off\.$/)
    expect(describeActivity({ kind: 'restart', state: 'cancelled', step: 'verify' }, 'customer')).toBe('The restart of your server was called off.')
  })

  it('adds the reason of a suspension', () => {
    expect(describeActivity({ kind: 'suspend', state: 'succeeded', step: 'verify', input: { reason: 'Unpaid invoice.' } }, 'customer')).toBe('Your server was suspended: Unpaid invoice.')
  })
})

/** A customer's own wish that failed with this diagnosis. */
const failedWith = (code: string, kind: (typeof OPERATION_KINDS)[number] = 'restart') => ({ kind, state: 'failed' as const, step: 'verify', diagnosis: { code, params: {} } })

describe('what failed, to a customer', () => {
  it('is not known where the answer was lost, so that nobody asks for it twice without a look', () => {
    for (const [kind, title] of [['restart', 'It is not known whether your server was restarted'], ['poweroff', 'It is not known whether your server was switched off']] as const) {
      const said = explainToCustomer(failedWith('power_effect_unknown', kind))
      expect(said).toMatchObject({ code: `${kind}_unknown`, title, fix: 'Look at your server before you ask again: it may have happened.' })
      expect(Object.values(said ?? {}).join(' ')).not.toMatch(/try again|could not/i)
      expect(describeActivity(failedWith('power_effect_unknown', kind), 'customer')).toBe(`${title}. Look at it before you ask again.`)
    }
    expect(describeActivity(failedWith('power_effect_unknown', 'restart'), 'admin')).toBe('It is not known whether it was restarted.')
  })

  it('goes to the support where trying again can\'t help', () => {
    for (const said of [explainToCustomer(failedWith('forbidden', 'rename')), explainToCustomer(failedWith('server_not_built', 'boot'))]) expect(said?.fix).toBe('Write to the support of your host.')
    expect(describeActivity(failedWith('server_not_built', 'boot'), 'customer')).toBe('Your server could not be started: there is no operating system on it yet.')
  })

  it('can be asked for again where it waited for too long and was never sent', () => {
    expect(explainToCustomer(failedWith('wish_expired'))).toMatchObject({ title: 'Your server could not be restarted', cause: expect.stringContaining('not carried out'), fix: 'Ask again if you still want it.' })
    expect(describeActivity(failedWith('wish_expired'), 'customer')).toBe('Your server could not be restarted: it could not be reached in time.')
  })

  it('says nothing of a former try while it is tried again', () => {
    for (const state of ['running', 'waiting', 'succeeded'] as const) expect(describeActivity({ ...failedWith('power_effect_unknown'), state }, 'customer')).not.toContain('not known')
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
