import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Dashboard } from '#shared/schemas/dashboard.ts'
import type { PanelHealth } from '#shared/schemas/panel.ts'
import DashboardPage from '~/pages/admin/index.vue'
import { findAllByRole, findByRole } from '../support/find-by-role'
import { mount, settle } from '../support/mount'
import { answerUnavailable } from '../support/unavailable'

const DASHBOARD: Dashboard = {
  panel: { state: 'reachable', since: null, lastSuccessAt: '2026-11-23T17:00:00.000Z', version: '7.1.0', diagnosis: null, safeMode: null },
  servers: { total: 0, byState: {} }, customers: 0, plans: 0, drift: { differences: 0, orphans: 0, vanished: 0 }, needsAttention: [], recentFailures: [], underWay: [],
  gettingStarted: { panelConnected: true, planMade: true, customerAdded: true, serverCreated: true }, hasSampleData: false, isStandIn: false,
}
const HEALTH: PanelHealth = { minutes: [], calls: 0, failures: 0, latencyMs: null, slowestMs: null, clockDifferenceSeconds: null, certificateDaysLeft: null }
let answer: (event: H3Event) => unknown
let dashboard = DASHBOARD
registerEndpoint('/api/admin/dashboard', () => dashboard)
registerEndpoint('/api/admin/panel-health', (event) => answer(event))

describe('the dashboard', () => {
  beforeEach(() => {
    clearNuxtData()
    dashboard = DASHBOARD
    answer = () => HEALTH
  })

  it('says that nothing costs money only while the stand-in answers: a real panel may be connected beside sample data', async () => {
    dashboard = { ...DASHBOARD, hasSampleData: true, isStandIn: true }
    await mount(DashboardPage)
    await settle()
    expect(document.body.textContent).toContain('Nothing here costs money')
    dashboard = { ...DASHBOARD, hasSampleData: true, isStandIn: false }
    document.body.replaceChildren()
    clearNuxtData()
    await mount(DashboardPage)
    await settle()
    expect(document.body.textContent).not.toContain('Nothing here costs money')
  })

  it('says on the panel\'s card that the last hour could not be read, and reads it again when asked to', async () => {
    answer = answerUnavailable
    await mount(DashboardPage)
    await settle()
    expect(findByRole('alert').textContent).toContain('req-9')

    answer = () => HEALTH
    findByRole('button', 'Try again').click()
    await settle()
    expect(findAllByRole('alert')).toEqual([])
    expect(document.body.textContent).toContain('No calls yet.')
  })
})
