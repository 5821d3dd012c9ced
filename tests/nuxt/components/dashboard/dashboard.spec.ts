import { describe, expect, it } from 'vitest'
import { RouterLink } from 'vue-router'
import DashboardGettingStarted from '~/components/dashboard/GettingStarted.vue'
import DashboardOperations from '~/components/dashboard/Operations.vue'
import DashboardPanelHealth from '~/components/dashboard/PanelHealth.vue'
import DashboardServerStates from '~/components/dashboard/ServerStates.vue'
import type { PanelStatus } from '#shared/schemas/panel'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'
import { operation, serverId } from '../servers/admin-server'

/** Vuetify's buttons look for it by name, which only a started app has. */
const global = { components: { RouterLink } }
const steps = { panelConnected: false, planMade: false, customerAdded: false, serverCreated: false }
const panel: PanelStatus = { state: 'reachable', since: null, lastSuccessAt: '2026-11-23T17:00:00.000Z', version: '7.1.0', diagnosis: null }

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

  it('says so when there is nothing', async () => {
    await mount(DashboardOperations, { props: { title: 'Failed', empty: 'Nothing has failed.', operations: [] } })
    expect(document.body.textContent).toContain('Nothing has failed.')
    expect(findAllByRole('link')).toEqual([])
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

describe('DashboardServerStates', () => {
  it('counts each state that fits a server, with a link to those, and leaves deleted ones out', async () => {
    await mount(DashboardServerStates, { props: { servers: { total: 5, byState: { active: 4, needs_attention: 1, failed: 0, deleted: 9 } } } })
    expect(findAllByRole('link').map((link) => link.getAttribute('href'))).toEqual(['/admin/servers?state=active', '/admin/servers?state=needs_attention'])
    expect(findAllByRole('listitem').map((item) => item.textContent)).toEqual(['Active4', 'Needs attention1'])
    await expectAccessible()
  })
})
