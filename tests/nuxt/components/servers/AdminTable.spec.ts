import { describe, expect, it } from 'vitest'
import ServersAdminTable from '~/components/servers/AdminTable.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'
import { adminServer, serverId } from './admin-server'

describe('ServersAdminTable', () => {
  it('opens a server by its name and shows the state in words, not in colour alone', async () => {
    await mount(ServersAdminTable, { props: { servers: [adminServer({ suspension: { since: '2026-11-20T10:00:00.000Z', reason: null, by: null } })] } })
    expect(findByRole('link', 'web-1').getAttribute('href')).toBe(`/admin/servers/${serverId}`)
    expect(document.body.textContent).toContain('Suspended')
    await expectAccessible()
  })

  it('does not repeat on each line of a customer\'s page whose the servers are', async () => {
    const customer = { id: serverId, name: 'Ada Lovelace', email: 'ada@example.com' }
    const wrapper = await mount(ServersAdminTable, { props: { servers: [adminServer({ customer })] } })
    expect(findByRole('columnheader', 'Customer')).toBeTruthy()
    expect(document.body.textContent).toContain('Ada Lovelace')
    await wrapper.setProps({ ofOneCustomer: true })
    expect(findAllByRole('columnheader', 'Customer')).toEqual([])
    expect(document.body.textContent).not.toContain('Ada Lovelace')
    expect(findAllByRole('cell')).toHaveLength(findAllByRole('columnheader').length)
  })

  it('says what is not known instead of leaving a hole', async () => {
    await mount(ServersAdminTable, { props: { servers: [adminServer({ ipv4: [], observedAt: null, freshness: 'unknown', power: 'unknown', lastPower: null })] } })
    expect(document.body.textContent).toContain('None yet')
    expect(document.body.textContent).toContain('Power unknown')
    expect(document.body.textContent).toContain('Never seen')
  })

  it('shows a power that nobody knows now as it was last read, with its age', async () => {
    const at = new Date(Date.now() - 3 * 3_600_000).toISOString()
    await mount(ServersAdminTable, { props: { servers: [adminServer({ power: 'unknown', lastPower: { power: 'stopped', at } })] } })
    expect(document.body.textContent).toMatch(/Off\s*\(\d hours ago\)/)
    expect(document.body.textContent).not.toContain('Power unknown')
  })
})
