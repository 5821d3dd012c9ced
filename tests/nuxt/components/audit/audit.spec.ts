import { describe, expect, it } from 'vitest'
import { VSelect } from 'vuetify/components'
import type { AuditEvent } from '#shared/schemas/audit-events.ts'
import AuditFilters from '~/components/audit/Filters.vue'
import AuditTable from '~/components/audit/Table.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

const PERSON = '019a0000-0000-7000-8000-0000000000a1'
const event = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  id: '019a0000-0000-7000-8000-0000000000e1', createdAt: '2026-10-01T08:00:00.000Z', actor: { kind: 'person', id: PERSON, name: 'Grace' }, action: 'customer.updated', text: 'Changed the customer <b>Ada</b>',
  entity: 'customer', entityId: '019a0000-0000-7000-8000-0000000000c1', entityName: 'Ada', isGone: false, before: { name: 'Adda' }, after: { name: '<b>Ada</b>' }, ipAddress: '192.0.2.7', requestId: 'r-1', ...given,
})

describe('AuditTable', () => {
  it('says who did what from where, what changed, and never renders what somebody typed', async () => {
    const wrapper = await mount(AuditTable, { props: { events: [event(), event({ id: '019a0000-0000-7000-8000-0000000000e2', actor: { kind: 'system', id: null, name: 'Berth' }, ipAddress: null, text: 'Suspended' })] } })
    const [first, second] = findAllByRole('listitem').map((item) => item.textContent?.replace(/\s+/g, ' '))
    expect(first).toMatch(/Changed the customer <b>Ada<\/b>\s?Grace from 192\.0\.2\.7/)
    expect(first).toMatch(/Name ?was Adda is now <b>Ada<\/b>/)
    expect(second).toContain('Berth, by itself')
    expect(first).toContain('1 Oct 2026, 08:00:00 UTC')
    expect(document.querySelector('b')).toBeNull()
    await expectAccessible()

    findByRole('button', 'Only what Grace did').click()
    expect(wrapper.emitted('narrow')).toEqual([[{ actorId: PERSON }]])
  })
})

describe('AuditDetails', () => {
  it('leads to the thing, unless that is deleted: there is no page any more', async () => {
    const PLAN = { entity: 'plan', entityName: 'VPS S' }
    await mount(AuditTable, { props: { events: [event(PLAN), event({ ...PLAN, id: '019a0000-0000-7000-8000-0000000000e2', isGone: true })] } })
    expect(findAllByRole('link', 'Open VPS S')).toHaveLength(1)
  })
})

describe('AuditFilters', () => {
  it('offers every kind of thing that is recorded, the alarms of the safety breaker too', async () => {
    const wrapper = await mount(AuditFilters, { props: { filters: {}, events: [] } })
    expect(wrapper.findComponent(VSelect).props('items')).toContainEqual({ value: 'alarm', title: 'Safety alarms' })
  })
})
