import { describe, expect, it } from 'vitest'
import { RouterLink } from 'vue-router'
import DashboardDrift from '~/components/dashboard/Drift.vue'
import DashboardGettingStarted from '~/components/dashboard/GettingStarted.vue'
import DashboardOperations from '~/components/dashboard/Operations.vue'
import DashboardPanelHealth from '~/components/dashboard/PanelHealth.vue'
import DashboardServerStates from '~/components/dashboard/ServerStates.vue'
import type { PanelHealth, PanelStatus } from '#shared/schemas/panel'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'
import { UNAVAILABLE } from '../../support/unavailable'
import { operation, serverId } from '../servers/admin-server'

/** Vuetify's buttons look for it by name, which only a started app has. */
const global = { components: { RouterLink } }
const steps = { panelConnected: false, planMade: false, customerAdded: false, serverCreated: false }
const panel: PanelStatus = { state: 'reachable', since: null, lastSuccessAt: '2026-11-23T17:00:00.000Z', version: '7.1.0', diagnosis: null, safeMode: null }

describe('DashboardGettingStarted', () => {
  it('names four steps, each with a link to where it is done', async () => {
    await mount(DashboardGettingStarted, { global, props: { steps } })
    expect(findAllByRole('listitem')).toHaveLength(4)
    expect(findAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['/admin/settings/virtfusion', '/admin/plans/new', '/admin/customers', '/admin/servers?create=1'])
    await expectAccessible()
  })

  it('ticks off what is done in words as well, and points at the next step', async () => {
    await mount(DashboardGettingStarted, { global, props: { steps: { ...steps, panelConnected: true } } })
    expect(findByRole('heading', 'Connect the panel, done')).toBeTruthy()
    expect(document.querySelector('[aria-current=step]')?.textContent).toContain('Make a plan')
    expect(findAllByRole('link')).toHaveLength(3)
  })
})

describe('DashboardOperations', () => {
  it('links each operation, says why it failed, and leads to the whole list', async () => {
    const failed = operation({ state: 'failed', diagnosis: { code: 'x', title: 'The panel has no room', cause: 'c', fix: 'f' } })
    await mount(DashboardOperations, { props: { title: 'Failed', empty: 'Nothing has failed.', state: 'failed', operations: [{ ...failed, server: { id: serverId, reference: 'vps-7k3m9', name: 'web-1' } }] } })
    expect(findByRole('link', 'Suspend web-1').getAttribute('href')).toBe(`/admin/operations/${failed.id}`)
    expect(document.body.textContent).toContain('The panel has no room')
    expect(findByRole('link', 'See all under Failed').getAttribute('href')).toBe('/admin/operations?state=failed')
    await expectAccessible()
  })

  it.each([[0, null], [1, '1 order waits until this is decided'], [1_200, '1,200 orders wait until this is decided']])('says that %d wait behind a decision', async (waitingBehind, words) => {
    const undecided = { ...operation({ state: 'needs_attention' }), server: { id: serverId, reference: 'vps-7k3m9', name: 'web-1' }, waitingBehind }
    await mount(DashboardOperations, { props: { title: 'Needs somebody', empty: 'Nothing.', operations: [undecided] } })
    expect(/[\d,]+ orders? waits? until this is decided/.exec(document.body.textContent)?.[0] ?? null).toBe(words)
    await expectAccessible()
  })

  it('says so when there is nothing', async () => {
    await mount(DashboardOperations, { props: { title: 'Failed', empty: 'Nothing has failed.', operations: [] } })
    expect(document.body.textContent).toContain('Nothing has failed.')
    expect(findAllByRole('link')).toEqual([])
  })
})

describe('DashboardDrift', () => {
  it('names what was found, each with a link to where it is decided', async () => {
    await mount(DashboardDrift, { props: { counts: { differences: 1, orphans: 1_200, vanished: 2 } } })
    expect(findAllByRole('link').map((link) => [link.textContent, link.getAttribute('href')])).toEqual([
      ['2 servers are no longer at the panel', '/admin/drift?tab=vanished'],
      ['1,200 servers at the panel belong to nobody here', '/admin/drift?tab=orphans'],
      ['1 difference to the panel', '/admin/drift?tab=differences'],
    ])
    await expectAccessible()
  })

  it('is not there when nothing was found', async () => {
    await mount(DashboardDrift, { props: { counts: { differences: 0, orphans: 0, vanished: 0 } } })
    expect(findAllByRole('heading')).toEqual([])
  })
})

describe('DashboardPanelHealth', () => {
  it.each([
    ['reachable', 'Answers'], ['unreachable', 'Does not answer'], ['paused', 'Paused: it refuses the token'], ['unconfigured', 'Not connected'], ['unknown', 'Not asked yet'],
  ] as const)('says %s in words', async (state, word) => {
    await mount(DashboardPanelHealth, { props: { panel: { ...panel, state } } })
    expect(document.body.textContent).toContain(word)
    await expectAccessible()
  })
})

describe('the last hour on the panel\'s card', () => {
  const minutes = Array.from({ length: 60 }, (_, n) => ({ at: new Date(Date.UTC(2026, 10, 23, 17, n)).toISOString(), calls: 0, failures: 0, latencyMs: null as number | null }))
  minutes[58] = { at: '2026-11-23T17:58:00.000Z', calls: 8, failures: 0, latencyMs: 40 }
  minutes[59] = { at: '2026-11-23T17:59:00.000Z', calls: 4, failures: 3, latencyMs: 90 }
  const health: PanelHealth = { minutes, calls: 12, failures: 3, latencyMs: 46, slowestMs: 120, clockDifferenceSeconds: 2, certificateDaysLeft: 200 }
  const text = () => document.body.textContent

  it('is a drawing with the same in words, and a table of the minutes with calls', async () => {
    await mount(DashboardPanelHealth, { props: { panel, health } })
    const picture = findByRole('img', /last hour/)
    expect(picture.getAttribute('aria-label')).toBe('How long calls took in the last hour. 46 ms on average, 120 ms at most. 3 of 12 calls failed (25 %).')
    expect(picture.querySelectorAll('.failure')).toHaveLength(1)
    expect([...document.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([['17:58 UTC', '8', '0', '40 ms'], ['17:59 UTC', '4', '3', '90 ms']])
    await expectAccessible()
  })

  it.each([[0, '1 call, none failed'], [1, '1 of 1 call failed (100 %)']])('speaks of one call as of one, %i failed', async (failures, said) => {
    await mount(DashboardPanelHealth, { props: { panel, health: { ...health, calls: 1, failures } } })
    expect(text()).toContain(said)
  })

  it('says so while nothing was asked', async () => {
    await mount(DashboardPanelHealth, { props: { panel, health: { ...health, minutes: [], calls: 0, failures: 0, latencyMs: null, slowestMs: null } } })
    expect(text()).toContain('No calls yet.')
    expect(document.querySelector('[aria-label*="last hour"]')).toBeNull()
  })

  it('is kept when it can\'t be read again, with the reason above it and a way to try', async () => {
    const wrapper = await mount(DashboardPanelHealth, { props: { panel, health, healthError: UNAVAILABLE } })
    expect(findByRole('alert').textContent).toContain('The database does not answer right now.')
    expect(findByRole('img', /last hour/)).toBeDefined()
    findByRole('button', 'Try again').click()
    expect(wrapper.emitted('retry')).toHaveLength(1)
    await expectAccessible()
  })

  it('keeps a small difference of the clocks to itself, and explains a large one', async () => {
    await mount(DashboardPanelHealth, { props: { panel, health } })
    expect(text()).not.toContain('clock')
    document.body.replaceChildren()
    await mount(DashboardPanelHealth, { props: { panel, health: { ...health, clockDifferenceSeconds: -90 } } })
    expect(text()).toContain('90 s behind')
    expect(text()).toContain('Set the time of both machines automatically.')
    document.body.replaceChildren()
    await mount(DashboardPanelHealth, { props: { panel, health: { ...health, clockDifferenceSeconds: 3 * 3600 } } })
    expect(text()).toContain('3 hours ahead')
  })

  it.each([[200, 'Valid for 200 more days', false], [1, 'Valid for 1 more day', true], [0, 'Valid for less than a day', true], [-1, 'Has run out', true]])('with %d days of the certificate left says %s', async (certificateDaysLeft, words, isShort) => {
    await mount(DashboardPanelHealth, { props: { panel, health: { ...health, certificateDaysLeft } } })
    expect(text()).toContain(words)
    expect(text()?.includes('Renew it on the panel.')).toBe(isShort)
  })
})

describe('DashboardServerStates', () => {
  it('counts each state that fits a server, with a link to those, and leaves deleted ones out', async () => {
    await mount(DashboardServerStates, { props: { servers: { total: 5, byState: { active: 4, needs_attention: 1, failed: 0, deleted: 9 } } } })
    expect(findAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['/admin/servers?state=active', '/admin/servers?state=needs_attention'])
    expect(findAllByRole('listitem').map((item) => item.textContent)).toEqual(['Active4', 'Needs attention1'])
    await expectAccessible()
  })
})
