import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import OperationsLive from '~/components/operations/Live.vue'
import { useLiveStore } from '~/stores/live'
import { mount, settle } from '../../support/mount'
import { operationId } from '../servers/admin-server'
import { operationDetail } from './operation-detail'

let answer = operationDetail
registerEndpoint(`/api/admin/operations/${operationId}`, () => answer())

describe('OperationsLive', () => {
  beforeEach(() => {
    clearNuxtData()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  })
  afterEach(() => vi.useRealTimers())

  it('shows what comes of an operation also while the live stream is away', async () => {
    useLiveStore().isConnected = false
    answer = () => operationDetail({ progress: 40 })
    await mount(OperationsLive, { props: { operationId } })
    await settle()
    expect(document.body.textContent).toContain('40 %')

    answer = () => operationDetail({ progress: 70 })
    vi.advanceTimersByTime(5000)
    await settle()
    expect(document.body.textContent).toContain('70 %')
  })

  it('asks for nothing by itself while the stream is there', async () => {
    useLiveStore().isConnected = true
    answer = () => operationDetail({ progress: 40 })
    await mount(OperationsLive, { props: { operationId } })
    await settle()

    answer = () => operationDetail({ progress: 70 })
    vi.advanceTimersByTime(60_000)
    await settle()
    expect(document.body.textContent).toContain('40 %')
  })
})
