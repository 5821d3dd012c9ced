import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import MyServersResources from '~/components/my-servers/Resources.vue'
import ServersTraffic from '~/components/servers/Traffic.vue'
import type { Traffic } from '#shared/schemas/servers'
import { customerServer } from '../../support/customer-server'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { openLiveStream } from '../../support/live-stream'
import { mount, settle } from '../../support/mount'

const PATH = `/api/servers/${customerServer().id}`
const used = (gb: number, limitGb: number | null = 1000): Traffic => ({
  period: { from: '2026-11-01T00:00:00.000Z', to: '2026-11-30T23:59:59.000Z' }, usedBytes: gb * 1e9, receivedBytes: gb * 1e9, sentBytes: 0, limitGb, readAt: new Date().toISOString(),
})

let answer: (event: H3Event) => unknown
registerEndpoint(`${PATH}/traffic`, (event) => answer(event))

const failWith = (code: string) => (event: H3Event) => {
  setResponseStatus(event, 502)
  return { type: 'about:blank', title: 'The panel can\'t be asked', status: 502, detail: 'It can\'t be read at the moment.', code, requestId: 'r' }
}
const fail = failWith('panel_unavailable')

async function show() {
  const wrapper = await mount(ServersTraffic, { props: { path: PATH } })
  await settle()
  return wrapper
}

describe('ServersTraffic', () => {
  beforeEach(() => clearNuxtData())

  it('keeps its place while it loads, then says how much of how much, until when', async () => {
    answer = () => used(12.4)
    await mount(ServersTraffic, { props: { path: PATH } })
    expect(findByRole('status', 'Loading the traffic used')).toBeDefined()
    await settle()
    expect(document.body.textContent).toContain('12.4 GB of 1 TB used, until 1 Dec')
    expect(findByRole('progressbar', 'Traffic used').getAttribute('aria-valuenow')).toBe('1.24')
    await expectAccessible()
  })

  it.each([[799, 'primary'], [800, 'warning'], [1000, 'error'], [2500, 'error']])('shows %i of 1000 GB as %s', async (gb, color) => {
    answer = () => used(gb)
    const wrapper = await show()
    expect(wrapper.findComponent({ name: 'VProgressLinear' }).props('color')).toBe(color)
    expect(Number(findByRole('progressbar').getAttribute('aria-valuenow'))).toBeLessThanOrEqual(100)
  })

  it('shows no bar where there is no limit', async () => {
    answer = () => used(12.4, null)
    await show()
    expect(document.body.textContent).toContain('12.4 GB used, until 1 Dec')
    expect(findAllByRole('progressbar')).toEqual([])
  })

  it('says that it is unknown when it can\'t be read, never a zero, and reads again when asked', async () => {
    answer = fail
    await show()
    expect(document.body.textContent).toContain('Used: unknown. It can\'t be read at the moment.')
    expect(document.body.textContent).not.toMatch(/\b0 /)
    await expectAccessible()
    answer = () => used(3)
    findByRole('button', 'Try again').click()
    await settle()
    expect(document.body.textContent).toContain('3 GB of 1 TB used')
  })

  it.each(['permission_missing', 'remote_gone', 'safe_mode'])('offers no other try where it would end alike (%s), and reads again by itself once the panel is otherwise', async (code) => {
    const tell = openLiveStream()
    answer = failWith(code)
    await show()
    expect(document.body.textContent).toContain('Used: unknown.')
    expect(findAllByRole('button', 'Try again')).toEqual([])
    answer = () => used(3)
    tell({ type: 'panel' })
    await settle()
    expect(document.body.textContent).toContain('3 GB of 1 TB used')
  })

  it('keeps what was read, with its age, when a later reading fails', async () => {
    answer = () => used(3)
    await show()
    answer = fail
    await refreshNuxtData()
    await settle()
    expect(document.body.textContent).toMatch(/3 GB of 1 TB used, until 1 Dec, as of just now/)
  })
})

describe('MyServersResources', () => {
  beforeEach(() => clearNuxtData())

  it('stands with everything that Berth knows while the panel is asked for the traffic', async () => {
    answer = () => new Promise(() => {})
    await mount(MyServersResources, { props: { server: customerServer({ resources: { memoryMb: 4096, storageGb: 80, trafficGb: 2000, cpuCores: 2 } }) } })
    expect(document.body.textContent).toMatch(/Traffic a month\s*2 TB/)
    expect(document.body.textContent).toContain('2 cores')
    await expectAccessible()
  })

  it('asks for no traffic of a server that is still being made', async () => {
    await mount(MyServersResources, { props: { server: customerServer({ lifecycle: 'provisioning' }) } })
    expect(findAllByRole('status', 'Loading the traffic used')).toEqual([])
  })
})
