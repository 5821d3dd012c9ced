import { describe, expect, it } from 'vitest'
import SettingsTestResult from '~/components/settings/TestResult.vue'
import type { ConnectionTest } from '#shared/schemas/settings'
import { mount } from '../../support/mount'
import { succeeded } from './virtfusion-settings'

const row = (ability: string, state: ConnectionTest['capabilities'][number]['state']): ConnectionTest['capabilities'][number] => ({ ability, operation: ability, neededBy: 'x', state })
const show = (capabilities: ConnectionTest['capabilities']) => mount(SettingsTestResult, { props: { test: { ...succeeded, capabilities }, pending: false, about: null } })

describe('SettingsTestResult', () => {
  it('calls a token limited that may do some of it', async () => {
    await show([row('list packages', 'allowed'), row('list all servers', 'forbidden'), row('create servers', 'unknown')])
    expect(document.body.textContent).toContain('Address and token are right, and the token is limited. It may not list all servers.')
  })

  it('names the token\'s list of addresses where every call was refused: a machine that is not on it is told the same', async () => {
    await show([row('list packages', 'forbidden'), row('list all servers', 'forbidden'), row('create servers', 'unknown')])
    expect(document.body.textContent).toContain('the address of this machine is not on its list of allowed addresses')
    expect(document.body.textContent).toContain('It may not list packages or list all servers.')
    expect(document.body.textContent).not.toContain('Address and token are right')
  })
})
