import { describe, expect, it } from 'vitest'
import { describeNotification } from '../../../../server/messages/en/notifications.ts'

describe('describeNotification', () => {
  it('names the server by name and reference, and the reason where one was given', () => {
    expect(describeNotification('server_suspended', { serverName: 'web-1', reference: 'vps-7k3m9', reason: 'Unpaid invoice' }))
      .toEqual({ title: 'web-1 (vps-7k3m9) is suspended', body: 'Reason: Unpaid invoice' })
    expect(describeNotification('server_ready', { serverName: 'vps-7k3m9', reference: 'vps-7k3m9' }).title).toBe('vps-7k3m9 is ready')
  })

  it('shows when a deletion is due, in a time that everybody reads alike', () => {
    expect(describeNotification('deletion_scheduled', { serverName: 'web-1', dueAt: '2026-11-24T09:05:00.000Z' }).body).toContain('24 Nov 2026, 09:05 UTC')
    const atPanel = describeNotification('deletion_held_by_panel', { serverName: 'web-1', dueAt: '2026-11-24T09:05:00.000Z' }).body
    expect(atPanel).toContain('24 Nov 2026, 09:05 UTC')
    expect(atPanel).toContain('can\'t be cancelled')
  })

  it('sends a customer to the support where only an admin has the button', () => {
    const params = { serverName: 'web-1', dueAt: '2026-11-24T09:05:00.000Z' }
    expect(describeNotification('deletion_scheduled', params, 'admin').body).toContain('Until then it can be cancelled.')
    expect(describeNotification('deletion_scheduled', params, 'customer').body).toBe('Server and disk are deleted on 24 Nov 2026, 09:05 UTC. If this is not what you want, write to the support of your host before then.')
    for (const code of ['deletion_scheduled', 'deletion_held_by_panel']) expect(describeNotification(code, params, 'customer').body).not.toMatch(/cancel|panel/)
  })

  it('does not call a server installed that may have no operating system', () => {
    expect(describeNotification('server_ready', { serverName: 'web-1' }, 'customer').body).not.toMatch(/is installed and|can be used/)
  })

  it('says what to do about a process that does not fit its database', () => {
    const params = { built: '20260101000000_a', found: '20260102000000_b' }
    expect(describeNotification('schema_differs', { ...params, fit: 'newer' }).body).toMatch(/20260102000000_b.*Start it again with that version/)
    expect(describeNotification('schema_differs', { ...params, fit: 'older' }).body).toMatch(/20260101000000_a.*db:migrate/)
  })

  it('still reads as something for a code or for parameters that it does not know', () => {
    expect(describeNotification('moon_phase_changed', null)).toEqual({ title: 'Moon phase changed', body: '' })
    expect(describeNotification('deletion_scheduled', { dueAt: 'soon' }).title).toBe('A server will be deleted')
  })
})
