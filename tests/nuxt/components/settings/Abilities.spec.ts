import { describe, expect, it } from 'vitest'
import SettingsAbilities from '~/components/settings/Abilities.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { mount } from '../../support/mount'
import { virtfusionSettings } from './virtfusion-settings'

describe('SettingsAbilities', () => {
  it('says each state in words beside what needs it, for a token with few permissions is no error', async () => {
    await mount(SettingsAbilities, { props: { capabilities: virtfusionSettings().capabilities } })
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent?.replace(/\s+/g, ' '))
    expect(rows).toEqual([
      expect.stringMatching(/List packages.*Allowed.*Package names/),
      expect.stringMatching(/List all servers.*Forbidden.*Sweeps/),
      expect.stringMatching(/Create servers.*Unknown so far.*New servers/),
    ])
    await expectAccessible()
  })
})
