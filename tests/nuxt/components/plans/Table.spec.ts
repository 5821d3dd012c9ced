import { describe, expect, it } from 'vitest'
import PlansTable from '~/components/plans/Table.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'
import { plan, planId } from './plan'

describe('PlansTable', () => {
  it('says of each plan in words whether it is offered and what the panel thinks of it', async () => {
    const checkedAt = '2026-11-20T10:00:00.000Z'
    await mount(PlansTable, { props: { plans: [
      plan({ lastCheck: { ok: true, message: 'The panel would accept a server of this plan.', checkedAt }, serverCount: 3 }),
      plan({ id: planId.replace(/1$/, '2'), name: 'VPS M', isActive: false, lastCheck: { ok: false, message: 'The package does not exist', checkedAt } }),
    ] } })
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent?.replace(/\s+/g, ' '))
    expect(rows[0]).toMatch(/VPS S.*Offered.*Accepted.*3/)
    expect(rows[1]).toMatch(/VPS M.*Switched off.*The package does not exist/)
    expect(findByRole('link', 'VPS S').getAttribute('href')).toBe(`/admin/plans/${planId}`)
    await expectAccessible()
  })
})
