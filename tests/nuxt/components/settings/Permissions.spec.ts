import { describe, expect, it } from 'vitest'
import SettingsPermissions from '~/components/settings/Permissions.vue'
import type { JudgedCapability } from '#shared/schemas/settings'
import { expectAccessible } from '../../support/expect-accessible'
import { mount } from '../../support/mount'

const row = (ability: string, need: JudgedCapability['need'], state: JudgedCapability['state']): JudgedCapability => ({ ability, operation: ability, neededBy: 'x', need, state })

describe('SettingsPermissions', () => {
  it('lists what is needed, marks what is forbidden of it, and names what the token has to spare', async () => {
    await mount(SettingsPermissions, { props: { capabilities: [
      row('create servers', 'required', 'unknown'), row('suspend servers', 'required', 'forbidden'),
      row('list packages', 'useful', 'forbidden'), row('read a server', 'useful', 'allowed'), row('create users', 'unused', 'allowed'), row('restart servers', 'unused', 'forbidden'),
    ] } })
    expect([...document.querySelectorAll('li')].map((item) => item.textContent?.trim())).toEqual(['Create servers', 'Suspend servers (forbidden now)'])
    const text = document.body.textContent ?? ''
    expect(text).toContain('In use, but forbidden: suspend servers.')
    expect(text).toContain('also allow it to list packages.')
    expect(text).toContain('more than is used so far: create users.')
    await expectAccessible()
  })

  it('says nothing of a surplus that there is not', async () => {
    await mount(SettingsPermissions, { props: { capabilities: [row('create servers', 'required', 'allowed'), row('create users', 'unused', 'unknown')] } })
    expect(document.body.textContent).not.toMatch(/more|forbidden/i)
  })
})
