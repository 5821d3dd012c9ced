import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import ProvisioningLogsDetail from '~/components/provisioning-logs/Detail.vue'
import ProvisioningLogsDrawer from '~/components/provisioning-logs/Drawer.vue'
import ProvisioningLogsFilters from '~/components/provisioning-logs/Filters.vue'
import ProvisioningLogsTable from '~/components/provisioning-logs/Table.vue'
import { useToastsStore } from '~/stores/toasts'
import type { ProvisioningLog } from '#shared/schemas/provisioning-logs'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { answerUnavailable } from '../../support/unavailable'
import { operationDetail } from '../operations/operation-detail'
import { operationId, serverId } from '../servers/admin-server'

const logId = '01930000-0000-7000-8000-0000000000b1'

const FAILED = operationDetail({ state: 'failed', canRetry: true, finishedAt: '2026-11-23T17:05:00.000Z' })
let operation: (event: H3Event) => unknown = () => FAILED
registerEndpoint(`/api/admin/operations/${operationId}`, (event) => operation(event))

function log(different: Partial<ProvisioningLog> = {}): ProvisioningLog {
  return {
    id: logId, createdAt: '2026-11-23T17:00:00.000Z', serverId, operationId, server: { id: serverId, reference: 'vps-7k3m9', name: 'web-1' },
    action: 'servers.create', attempt: 1, method: 'POST', path: '/servers', httpStatus: 422, outcome: 'rejected', effect: 'none', durationMs: 1234, code: 'no_capacity',
    message: 'No room', diagnosis: { code: 'no_capacity', title: 'The panel has no room', cause: 'Every hypervisor is full.', fix: 'Add one.' },
    requestBody: { packageId: 1, token: '[redacted]' }, responseBody: { errors: ['No room'] }, requestId: 'req-1', ...different,
  }
}

describe('ProvisioningLogsTable', () => {
  it('shows how each call ended in words, and opens one by its button', async () => {
    const wrapper = await mount(ProvisioningLogsTable, { props: { logs: [log(), log({ id: 'b', outcome: 'unknown', httpStatus: null, diagnosis: null, message: null, action: 'servers.get' })] } })
    expect(document.body.textContent).toContain('Refused')
    expect(document.body.textContent).toContain('1.2 s')
    expect(document.body.textContent).toContain('23 Nov 2026, 17:00:00 UTC')
    findByRole('button', 'servers.create').click()
    expect(wrapper.emitted('open')).toEqual([[logId]])
    await expectAccessible()
  })
})

describe('ProvisioningLogsDetail', () => {
  it('shows request, answer, diagnosis and the ways on, with secrets as they are stored: masked', async () => {
    const wrapper = await mount(ProvisioningLogsDetail, { props: { log: log() } })
    const text = document.body.textContent ?? ''
    for (const part of ['servers.create', 'Changed nothing', 'The panel has no room', 'Every hypervisor is full.', '[redacted]', 'req-1']) expect(text).toContain(part)
    expect(findByRole('link', 'web-1').getAttribute('href')).toBe(`/admin/servers/${serverId}`)
    expect(findByRole('link', 'Open the operation').getAttribute('href')).toBe(`/admin/operations/${operationId}`)
    findByRole('button', 'Only this operation').click()
    expect(wrapper.emitted('narrow')).toEqual([[{ operationId }]])
    await expectAccessible()
  })

  it('says when no answer came', async () => {
    await mount(ProvisioningLogsDetail, { props: { log: log({ httpStatus: null, responseBody: null, requestBody: null, outcome: 'unknown', effect: 'unknown' }) } })
    expect(document.body.textContent).toContain('No answer came.')
    expect(document.body.textContent).toContain('May have taken effect')
  })
})

describe('the operation behind a call', () => {
  const text = () => document.body.textContent ?? ''
  beforeEach(() => {
    clearNuxtData()
    operation = () => FAILED
  })

  async function show(different: Partial<ProvisioningLog> = {}) {
    await mount(ProvisioningLogsDetail, { props: { log: log(different) } })
    await settle()
  }

  it('is tried again from here, and shown as it stands then', async () => {
    registerEndpoint(`/api/admin/operations/${operationId}/retry`, { method: 'POST', handler: () => {
      operation = () => operationDetail({ state: 'queued', progress: 0, retryRefusal: 'This operation is under way.' })
      return operationDetail({ state: 'queued' })
    } })
    await show()
    expect(text()).toContain('Failed')
    await expectAccessible()

    findByRole('button', 'Retry').click()
    await settle()
    expect(useToastsStore().items.at(-1)?.text).toBe('Asked again. Progress shows here.')
    expect(findAllByRole('button', /^Retry/)).toEqual([])
    expect(text()).toContain('Queued')
    expect(findByRole('progressbar').getAttribute('aria-valuenow')).toBe('0')
  })

  it('is asked for under the same key after a lost answer, so that it is tried again once', async () => {
    const keys: (string | null)[] = []
    registerEndpoint(`/api/admin/operations/${operationId}/retry`, { method: 'POST', handler: (event) => {
      keys.push(event.headers.get('idempotency-key'))
      return keys.length < 2 ? answerUnavailable(event) : FAILED
    } })
    await show()
    findByRole('button', 'Retry').click()
    await settle()
    expect(findByRole('alert').textContent).toContain('See how it stands now, then try again.')
    findByRole('button', 'Retry').click()
    await settle()
    findByRole('button', 'Retry').click()
    await settle()
    const [first, second, third] = keys
    expect(first).toMatch(/.{10}/)
    expect(second).toBe(first)
    expect(third).not.toBe(first)
  })

  it('says why it can\'t be tried again', async () => {
    operation = () => operationDetail({ state: 'succeeded', retryRefusal: 'This operation is over.' })
    await show()
    expect(text()).toContain('Can\'t be tried again. This operation is over.')
    expect(findAllByRole('button', /^Retry/)).toEqual([])
    await expectAccessible()
  })

  it('says that it could not be read, beside the call itself', async () => {
    operation = answerUnavailable
    await show()
    expect(text()).toContain('req-9')
    expect(text()).toContain('servers.create')
    operation = () => FAILED
    findByRole('button', 'Try again').click()
    await settle()
    expect(findByRole('button', 'Retry')).toBeDefined()
  })

  it('is nowhere where a call was made for none', async () => {
    await show({ operationId: null })
    expect(findAllByRole('heading', 'Operation')).toEqual([])
    expect(findAllByRole('button', /^Retry/)).toEqual([])
  })
})

describe('ProvisioningLogsDrawer', () => {
  it('loads the call of the address and closes by its button', async () => {
    registerEndpoint(`/api/admin/provisioning-logs/${logId}`, () => log())
    const wrapper = await mount(ProvisioningLogsDrawer, { props: { logId } })
    await settle()
    expect(findByRole('dialog', 'Call to the panel').textContent).toContain('The panel has no room')
    findByRole('button', 'Close').click()
    expect(wrapper.emitted('close')).toHaveLength(1)
  })

  it('says why a call can\'t be shown', async () => {
    registerEndpoint('/api/admin/provisioning-logs/gone', () => { throw new Error('gone') })
    await mount(ProvisioningLogsDrawer, { props: { logId: 'gone' } })
    await settle()
    expect(findAllByRole('button', 'Try again')).toHaveLength(1)
  })
})

describe('ProvisioningLogsFilters', () => {
  it('says in which zone the moments are typed', async () => {
    registerEndpoint('/api/admin/servers', () => ({ items: [], nextCursor: null }))
    await mount(ProvisioningLogsFilters, { props: { filters: {} } })
    await settle()
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
    for (const label of ['From', 'To']) {
      const hint = findByRole('textbox', label).getAttribute('aria-describedby')?.split(' ')[0] ?? ''
      expect(document.getElementById(hint)?.textContent).toContain(`In ${zone}`)
    }
  })

  it('keeps the other filters when one is taken away', async () => {
    registerEndpoint('/api/admin/servers', () => ({ items: [], nextCursor: null }))
    const wrapper = await mount(ProvisioningLogsFilters, { props: { filters: { operationId, outcome: 'rejected' } } })
    findByRole('button', 'Show all operations').click()
    expect(wrapper.emitted('change')).toEqual([[{ operationId: undefined, outcome: 'rejected' }]])
    await expectAccessible()
  })

  it('turns the reader\'s clock into a moment', async () => {
    registerEndpoint('/api/admin/servers', () => ({ items: [], nextCursor: null }))
    const wrapper = await mount(ProvisioningLogsFilters, { props: { filters: {} } })
    const from = findByRole('textbox', 'From') as HTMLInputElement
    from.value = '2026-11-23T10:30'
    from.dispatchEvent(new Event('input'))
    await expect.poll(() => wrapper.emitted('change')).toEqual([[{ from: new Date('2026-11-23T10:30').toISOString() }]])
  })

  it('takes in the whole minute until which is looked for: calls are shown to the second', async () => {
    registerEndpoint('/api/admin/servers', () => ({ items: [], nextCursor: null }))
    const wrapper = await mount(ProvisioningLogsFilters, { props: { filters: {} } })
    const to = findByRole('textbox', 'To') as HTMLInputElement
    to.value = '2026-11-23T10:30'
    to.dispatchEvent(new Event('input'))
    await expect.poll(() => wrapper.emitted('change')).toEqual([[{ to: new Date('2026-11-23T10:30:59.999').toISOString() }]])
  })
})
