import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { beforeEach, describe, expect, it } from 'vitest'
import PanelBanner from '~/components/app/PanelBanner.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const DIAGNOSIS = { code: 'connection_refused', title: 'The panel refused the connection', cause: 'Nothing listens on port 443.', fix: 'Start the panel, or mend the address.' }
let panel: object
registerEndpoint('/api/panel', () => panel)

async function textFor(state: string, isAdmin: boolean) {
  panel = {
    state, since: new Date().toISOString(), lastSuccessAt: new Date(Date.now() - 2 * 3_600_000).toISOString(), version: null,
    diagnosis: isAdmin ? DIAGNOSIS : null,
  }
  const wrapper = await mount(PanelBanner, { props: { isAdmin } })
  await settle()
  return wrapper.text()
}

describe('AppPanelBanner', () => {
  beforeEach(() => clearNuxtData())

  it('says nothing while the panel answers', async () => {
    expect(await textFor('reachable', false)).toBe('')
  })

  it('tells a customer the age of what they see, and nothing about the panel', async () => {
    const text = await textFor('unreachable', false)
    expect(text).toContain('What you see is from 2 hours ago')
    expect(text).not.toMatch(/VirtFusion|API|port 443/)
    expect(findByRole('status').textContent).toBe('Some information may be out of date')
    await expectAccessible()
  })

  it('tells an admin why, and where to mend it', async () => {
    const text = await textFor('unreachable', true)
    expect(text).toContain('Nothing listens on port 443.')
    expect(text).toContain('API credentials')
  })

  it('says that work is paused when the panel refuses the token', async () => {
    expect(await textFor('paused', true)).toContain('Work at the panel is paused')
  })
})
