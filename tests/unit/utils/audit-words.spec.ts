import { describe, expect, it } from 'vitest'
import { auditChanges, auditLink } from '../../../utils/audit-words.ts'

describe('auditChanges', () => {
  it('names the fields that differ and leaves out those that stayed', () => {
    expect(auditChanges({ name: 'Ada', isDisabled: false, email: 'a@b.c' }, { name: 'Ada', isDisabled: true, email: 'a@b.c', passwordChanged: true })).toEqual([
      { field: 'Is disabled', before: 'No', after: 'Yes' },
      { field: 'Password changed', before: '', after: 'Yes' },
    ])
  })

  it('has nothing to say where nothing was recorded', () => {
    expect(auditChanges(null, null)).toEqual([])
  })

  it('shows what lies deeper as it is', () => {
    expect(auditChanges(null, { features: { virtfusion_package_id: 1 } })).toEqual([{ field: 'Features', before: '', after: '{"virtfusion_package_id":1}' }])
  })
})

describe('auditLink', () => {
  it('leads to the thing where it has a page', () => {
    expect(auditLink('server', '7')).toBe('/admin/servers/7')
    expect(auditLink('settings', 'virtfusion')).toBeNull()
    expect(auditLink('plan', null)).toBeNull()
  })
})
