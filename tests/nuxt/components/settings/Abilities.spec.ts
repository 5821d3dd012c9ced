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

  it('says when each was last seen, and that some never were', async () => {
    const [first, ...others] = virtfusionSettings().capabilities
    if (!first) expect.fail('no ability')
    await mount(SettingsAbilities, { props: { capabilities: [{ ...first, seenAt: new Date(Date.now() - 3 * 3_600_000).toISOString() }, ...others] } })
    const cells = [...document.querySelectorAll('tbody tr td:nth-child(3)')].map((cell) => cell.textContent?.trim())
    expect(cells).toEqual(['3 hours ago', ...others.map(() => 'Never')])
  })
})
