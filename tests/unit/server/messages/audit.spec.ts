import { describe, expect, it } from 'vitest'
import { describeAuditEvent } from '../../../../server/messages/en/audit.ts'

describe('describeAuditEvent', () => {
  it('tells switching an account off from a change of its name', () => {
    const event = { action: 'customer.updated', entity: 'customer', entityName: 'Ada' }
    expect(describeAuditEvent({ ...event, before: { isDisabled: false }, after: { isDisabled: true } })).toBe('Switched off the account of Ada')
    expect(describeAuditEvent({ ...event, before: { isDisabled: true }, after: { isDisabled: false } })).toBe('Switched on the account of Ada')
    expect(describeAuditEvent({ ...event, before: { isDisabled: false, name: 'A' }, after: { isDisabled: false, name: 'Ada' } })).toBe('Changed the customer Ada')
  })

  it('reads an act without words by its own name', () => {
    expect(describeAuditEvent({ action: 'moon.phase_changed', entity: 'moon', entityName: 'Luna' })).toBe('Moon phase changed Luna')
  })
})
