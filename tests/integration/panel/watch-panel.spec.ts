import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PanelHealthSchema } from '../../../shared/schemas/panel.ts'
import type { Call } from '../../../server/context.ts'
import { getPanelHealth } from '../../../server/domains/panel/get-panel-health.ts'
import { getPanelStatus } from '../../../server/domains/panel/get-panel-status.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { isWatchDue, watchPanel } from '../../../server/engine/watch-panel.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { tlsWith } from '../../unit/server/virtfusion/support/faults.ts'
import { callAsAdmin } from '../settings/admin.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

let simulator: Simulator
let services: TestServices
let call: Call
let skewMs = 0
const open: { close(): unknown }[] = []

async function serve(env: Parameters<typeof createTestServices>[0]) {
  services = await createTestServices(env)
  services.now = () => new Date(Date.now() + skewMs)
  call = await callAsAdmin(services)
  open.push(services)
}

beforeEach(async () => {
  skewMs = 0
  simulator = await startSimulator()
  open.push(simulator)
  await serve({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token })
})
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

const told = async () => (await services.db.notification.findMany({ orderBy: { createdAt: 'asc' } })).map(({ code, params }) => ({ code, params }))
const use = (changes: Partial<Simulator['control']['settings']>) => Object.assign(simulator.control.settings, changes)

describe('the last hour', () => {
  it('has sixty points, and counts what was asked and what failed', async () => {
    await watchPanel(services)
    use({ connectVariant: 'version' })
    await watchPanel(services)
    simulator.control.faults.add({ kind: 'status', status: 500 })
    await watchPanel(services)

    const health = await getPanelHealth(call)
    expect(PanelHealthSchema.parse(health)).toEqual(health)
    expect(health.minutes).toHaveLength(60)
    // The first look also asked for the status, where this version of the panel has none: a good answer.
    expect(health).toMatchObject({ calls: 4, failures: 1, certificateDaysLeft: null })
    expect(health.latencyMs).toBeGreaterThanOrEqual(0)
    expect(health.slowestMs).toBeGreaterThanOrEqual(health.latencyMs ?? 0)
  })

  it('moves on, and a day later the minute is removed', async () => {
    await watchPanel(services)
    skewMs = 59 * MINUTE_MS - 1
    expect((await getPanelHealth(call)).calls).toBe(2)
    skewMs = 61 * MINUTE_MS
    expect(await getPanelHealth(call)).toMatchObject({ calls: 0, latencyMs: null, slowestMs: null })
    expect(await services.db.panelMinute.count()).toBeGreaterThan(0)
    skewMs = DAY_MS + 2 * MINUTE_MS
    await watchPanel(services)
    expect(await services.db.panelMinute.findMany({ where: { minute: { lt: new Date() } } })).toEqual([])
  })

  it('is that of the connection in force, and so are clock and certificate', async () => {
    skewMs = 30_000
    await watchPanel(services)
    const other = await startSimulator()
    open.push(other)
    await updateVirtfusionSettings(call, { apiUrl: other.url, token: other.token })
    expect(await getPanelHealth(call)).toMatchObject({ calls: 0, clockDifferenceSeconds: null })
  })
})

describe('a panel that asks to wait', () => {
  it('is called what it is once that has lasted two minutes, with until when and whose limit to raise; the first answer ends it', async () => {
    const status = () => getPanelStatus(call)
    await watchPanel(services)
    simulator.control.faults.add({ kind: 'status', status: 429, headers: { 'Retry-After': '86400' }, body: { message: 'Too Many Attempts.' }, times: 1 })
    for (skewMs = 11_000; skewMs < 2 * MINUTE_MS; skewMs += 50_000) {
      await watchPanel(services)
      expect(await status()).toMatchObject({ state: 'reachable', diagnosis: null })
    }
    skewMs += 10_000
    await watchPanel(services)
    expect(await status()).toMatchObject({ state: 'unreachable', diagnosis: { code: 'panel_limits_calls', cause: expect.stringMatching(/\(429\), and to wait until \d+ \w+ \d{4}/), fix: expect.stringContaining('rate limit of the API token') } })
    expect(await told()).toEqual([{ code: 'panel_limits_calls', params: { until: expect.any(String) } }])

    // A process that was not told to wait asks, and is answered.
    const other = await createTestServices({ DATABASE_URL: services.url, VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token })
    open.push(other)
    await watchPanel({ ...other, now: services.now })
    expect(await status()).toMatchObject({ state: 'reachable', diagnosis: null })
  })
})

describe('the panel\'s clock', () => {
  it('is compared with ours by the date of its answer', async () => {
    skewMs = -30_000
    await watchPanel(services)
    const { clockDifferenceSeconds } = await getPanelHealth(call)
    expect(clockDifferenceSeconds).toBeGreaterThanOrEqual(28)
    expect(clockDifferenceSeconds).toBeLessThanOrEqual(31)
  })
})

describe('the panel\'s version', () => {
  const version = async () => (await services.db.panelHealth.findUniqueOrThrow({ where: { id: 'default' } })).version

  it('is learnt from the status when the connection does not name it', async () => {
    use({ version: '7.1', connectVariant: 'array' })
    await watchPanel(services)
    expect(await version()).toBe('7.1.0')
    expect(await told()).toEqual([])
  })

  it('is told of once when it changes', async () => {
    use({ version: '7.0', connectVariant: 'version' })
    await watchPanel(services)
    const former = await version()
    use({ version: '7.1' })
    await watchPanel(services)
    await watchPanel(services)
    expect(await told()).toEqual([{ code: 'panel_version_changed', params: { from: former, to: '7.1.0' } }])
  })

  it('is asked for within ten minutes, however busy the connection is', async () => {
    await watchPanel(services)
    expect(await isWatchDue(services)).toBe(false)
    skewMs = 10 * MINUTE_MS
    await services.db.panelHealth.updateMany({ data: { lastSuccessAt: services.now() } })
    expect(await isWatchDue(services)).toBe(true)
  })

  it('is asked for although the last answer lies in a year that a clock set back has left', async () => {
    await watchPanel(services)
    const ahead = new Date(services.now().getTime() + 365 * 24 * 60 * MINUTE_MS)
    await services.db.panelHealth.updateMany({ data: { lastSuccessAt: ahead, watchedAt: ahead } })
    expect(await isWatchDue(services)).toBe(true)
  })
})

describe('the panel\'s certificate', () => {
  it('is warned of below 21, 7 and 1 days, each once', async () => {
    const panel = await tlsWith('good', { validDays: 30 })
    open.push(panel)
    await serve({ VIRTFUSION_API_URL: panel.baseUrl, VIRTFUSION_API_TOKEN: 'any' })
    await updateVirtfusionSettings(call, { caPem: panel.ca })
    const seen: number[] = []
    for (const days of [0, 8.5, 9.5, 15, 23.5, 24, 29.5]) {
      skewMs = days * DAY_MS
      await watchPanel(services)
      seen.push((await told()).length)
    }
    expect(seen).toEqual([0, 0, 1, 1, 2, 2, 3])
    expect((await told()).map(({ code }) => code)).toEqual(Array.from({ length: 3 }, () => 'panel_certificate_expires'))
    expect(await getPanelHealth(call)).toMatchObject({ certificateDaysLeft: 0 })
  })
})
