import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { beforeEach, describe, expect, it } from 'vitest'
import WorkerBanner from '~/components/app/WorkerBanner.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

let stalled: object | null
registerEndpoint('/api/admin/worker-health', () => ({ stalled }))

async function show(): Promise<string> {
  const wrapper = await mount(WorkerBanner)
  await settle()
  return wrapper.text()
}

describe('AppWorkerBanner', () => {
  beforeEach(() => clearNuxtData())

  it('says nothing while what is due is done', async () => {
    stalled = null
    expect(await show()).toBe('')
  })

  it('says how much waits for a worker, since when, and which setting or command brings one', async () => {
    stalled = { waiting: 12, since: new Date(Date.now() - 2 * 3_600_000).toISOString() }
    const text = await show()
    expect(text).toContain('12 operations are due and wait, the oldest since 2 hours ago')
    expect(text).toContain('npm run worker')
    expect(text).toContain('WORKER=on')
    expect(findByRole('status').textContent).toBe('No worker runs. 12 operations are due and wait.')
    await expectAccessible()
  })

  it('counts one as one', async () => {
    stalled = { waiting: 1, since: new Date().toISOString() }
    expect(await show()).toContain('1 operation is due and waits')
  })
})
