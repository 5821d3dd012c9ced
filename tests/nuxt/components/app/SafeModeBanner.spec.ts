import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { beforeEach, describe, expect, it } from 'vitest'
import SafeModeBanner from '~/components/app/SafeModeBanner.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const REASON = { code: 'fingerprint_changed', title: 'The panel may be another one', cause: 'Of 8 packages, 0 are still there.', fix: 'Check the address.' }
let safeMode: object | null
registerEndpoint('/api/panel', () => ({ state: 'reachable', since: null, lastSuccessAt: null, version: null, diagnosis: null, safeMode }))

async function show(): Promise<string> {
  const wrapper = await mount(SafeModeBanner)
  await settle()
  return wrapper.text()
}

describe('AppSafeModeBanner', () => {
  beforeEach(() => clearNuxtData())

  it('says nothing while changes are sent', async () => {
    safeMode = null
    expect(await show()).toBe('')
  })

  it('says that Berth only reads, why, and where it is decided', async () => {
    safeMode = { since: new Date().toISOString(), reason: REASON }
    expect(await show()).toContain('Of 8 packages, 0 are still there.')
    expect(findByRole('status').textContent).toBe('Safe mode: Berth only reads')
    expect(findByRole('link', 'Compare and decide').getAttribute('href')).toBe('/admin/safe-mode')
    await expectAccessible()
  })
})
