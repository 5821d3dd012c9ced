import { describe, expect, it } from 'vitest'
import ServersStateCard from '~/components/servers/StateCard.vue'
import type { AdminServer } from '#shared/schemas/servers'
import { expectAccessible } from '../../support/expect-accessible'
import { mount } from '../../support/mount'
import { adminServer } from './admin-server'

const since = '2026-11-23T15:00:00.000Z'
const mara = { kind: 'person', id: '01930000-0000-7000-8000-000000000009', name: 'Mara Admin' } as const

async function textFor(suspension: AdminServer['suspension']) {
  const wrapper = await mount(ServersStateCard, { props: { server: adminServer({ suspension }) } })
  return wrapper.text().replace(/\s+/g, ' ')
}

describe('ServersStateCard', () => {
  it('says who suspended a server and why', async () => {
    const text = await textFor({ since, reason: 'Unpaid invoice', by: mara })
    expect(text).toMatch(/Suspended .* ago by Mara Admin/)
    expect(text).toContain('Unpaid invoice')
    expect(text).not.toContain('not through Berth')
    await expectAccessible()
  })

  it('says that a suspension by hand was made at the panel, so that nobody looks for it in Berth', async () => {
    expect(await textFor({ since, reason: null, by: null })).toContain('Suspended at the panel, not through Berth')
  })

  it('takes a suspension that has a person or a reason for one of Berth\'s own', async () => {
    expect(await textFor({ since, reason: null, by: mara })).not.toContain('not through Berth')
    expect(await textFor({ since, reason: 'Unpaid invoice', by: null })).not.toContain('not through Berth')
  })
})
