import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody } from 'h3'
import { describe, expect, it } from 'vitest'
import SettingsEscrow from '~/components/settings/Escrow.vue'
import { PREMISES, type EscrowAnswer, type ProbeRunAnswer } from '#shared/schemas/escrow'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const direct: EscrowAnswer = { mode: { chosen: 'direct', inForce: 'direct', hold: null }, passedAt: null, run: null }
const run = (change: Partial<ProbeRunAnswer> = {}): ProbeRunAnswer => ({
  id: '01890000-0000-7000-8000-000000000000', state: 'passed', packageId: 1, hypervisorGroupId: 1, startedAt: '2026-01-05T08:00:00.000Z', startedBy: 'Ada', endedAt: '2026-01-05T08:01:00.000Z',
  premises: PREMISES.map((name) => ({ name, title: `About ${name}`, state: 'passed', diagnosis: null })), leftovers: [], ...change,
})

function answer(method: 'PUT' | 'POST', path: string): unknown[] {
  const seen: unknown[] = []
  registerEndpoint(path, { method, handler: async (event) => {
    seen.push(await readBody(event))
    return direct
  } })
  return seen
}

describe('SettingsEscrow', () => {
  it('says what it gives and costs, and offers the check but not the mode while the check has not passed', async () => {
    await mount(SettingsEscrow, { props: { escrow: direct } })
    expect(document.body.textContent).toContain('For their owners')
    expect(document.body.textContent).toContain('One user for each order stays at the panel')
    expect(document.body.textContent).not.toContain('Use throw-away users')
    await expectAccessible()
  })

  it('begins nothing before it was said what is made and deleted, and that was ticked', async () => {
    const seen = answer('POST', '/api/admin/settings/orders/escrow/probe')
    const unread = { state: 'unknown', items: [], diagnosis: null }
    registerEndpoint('/api/admin/catalog', () => ({ packages: unread, hypervisorGroups: unread, templates: unread }))
    await mount(SettingsEscrow, { props: { escrow: direct } })
    ;(findByRole('button', 'Check whether this panel can do it') as HTMLElement).click()
    await settle()
    expect(document.body.textContent).toContain('two users and three small servers without an IPv4 address, two of them at a time at most')
    expect(document.activeElement).toBe(findByRole('textbox', 'Package'))
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await settle()
    expect(document.body.textContent).toContain('Tick this to let Berth make and delete what the check needs.')
    expect(seen).toEqual([])
    await expectAccessible()
  })

  it('shows each premise with what is wrong in words, and what was left behind with the way to remove it', async () => {
    const seen = answer('POST', '/api/admin/settings/orders/escrow/probe/clean-up')
    const premises = run().premises.map((premise) => (premise.name === 'deletion'
      ? { ...premise, state: 'failed' as const, diagnosis: { code: 'probe_delete_cascades', title: 'Deleting a user destroys its servers', cause: 'It did.', fix: 'Leave it.', params: {} } }
      : premise))
    await mount(SettingsEscrow, { props: { escrow: { ...direct, run: run({ state: 'failed', premises, leftovers: ['Server 101'] }) } } })
    expect(document.body.textContent).toContain('This panel can\'t do it')
    expect(document.body.textContent).toContain('Deleting a user destroys its servers')
    expect(document.body.textContent).toContain('Does not hold')
    ;(findByRole('button', 'Remove what is left') as HTMLElement).click()
    await settle()
    expect(seen).toHaveLength(1)
    await expectAccessible()
  })

  it('does not blame the panel for what could not be shown either way', async () => {
    const diagnosis = { code: 'unauthorized', title: 'The panel refuses the token', cause: 'It may have expired.', fix: 'Make another.', setting: 'VIRTFUSION_API_TOKEN', params: {} }
    const premises = run().premises.map((premise) => (premise.name === 'listing' ? { ...premise, state: 'unclear' as const, diagnosis } : premise))
    await mount(SettingsEscrow, { props: { escrow: { ...direct, run: run({ state: 'broken_off', premises }) } } })
    expect(document.body.textContent).toContain('it is not known whether this panel can do it')
    expect(document.body.textContent).toContain('Not known')
    expect(document.body.textContent).toContain('VIRTFUSION_API_TOKEN')
    expect(document.body.textContent).not.toMatch(/Does not hold|can't do it/)
    await expectAccessible()
  })

  it('says that the panel can\'t do it only above a premise that does not hold: what was left may have been removed since', async () => {
    await mount(SettingsEscrow, { props: { escrow: { ...direct, run: run({ state: 'failed' }) } } })
    expect(document.body.textContent).toContain('Everything holds')
    expect(document.body.textContent).not.toContain('can\'t do it')
  })

  it('forgets what was left only after it was asked', async () => {
    const seen = answer('POST', '/api/admin/settings/orders/escrow/probe/forget')
    const wrapper = await mount(SettingsEscrow, { props: { escrow: { ...direct, run: run({ state: 'broken_off', leftovers: ['User 12 (berth-1)'] }) } } })
    ;(findByRole('button', 'These are gone') as HTMLElement).click()
    await settle()
    expect(seen).toEqual([])
    expect(document.body.textContent).toContain('Berth then looks for these no more')
    ;(findByRole('button', 'Forget the list') as HTMLElement).click()
    await settle()
    expect(seen).toHaveLength(1)
    expect(wrapper.emitted('changed')).toHaveLength(1)
  })

  it('lets the mode be chosen after a pass, and be given up at any time', async () => {
    const seen = answer('PUT', '/api/admin/settings/orders/escrow')
    const passed: EscrowAnswer = { ...direct, passedAt: '2026-01-05T08:01:00.000Z', run: run() }
    const wrapper = await mount(SettingsEscrow, { props: { escrow: passed } })
    ;(findByRole('button', 'Use throw-away users') as HTMLElement).click()
    await settle()
    ;(findByRole('button', 'Use them') as HTMLElement).click()
    await settle()
    expect(seen).toEqual([{ mode: 'escrow' }])
    await wrapper.setProps({ escrow: { ...passed, mode: { chosen: 'escrow', inForce: 'direct', hold: 'connection_changed' } } })
    expect(document.body.textContent).toContain('The connection was changed since the check passed')
    ;(findByRole('button', 'Send orders for their owners') as HTMLElement).click()
    await settle()
    expect(seen).toEqual([{ mode: 'escrow' }, { mode: 'direct' }])
  })
})
