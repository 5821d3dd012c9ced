import { describe, expect, it } from 'vitest'
import SettingsIdentity from '~/components/settings/Identity.vue'
import type { Identity } from '#shared/schemas/identity'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { useIdentityEndpoint } from '../../support/identity-endpoint'
import { mount, settle } from '../../support/mount'

const KEEP = 'Let Berth keep a witness user at the panel'
const byNames: Identity = { kind: 'fingerprint', verifiedAt: new Date().toISOString(), keepsWitness: false, witness: null, offersWitness: true, isInSafeMode: false }
const byWitness: Identity = { ...byNames, kind: 'witness', keepsWitness: true, witness: { userId: 40, counter: 12 } }

const endpoint = useIdentityEndpoint(byWitness)
const { sent } = endpoint
const show = (identity: Identity) => mount(SettingsIdentity, { props: { identity } })

describe('SettingsIdentity', () => {
  it('says how the panel is known, and what a witness is before one is made', async () => {
    const wrapper = await show(byNames)
    expect(document.body.textContent).toContain('By the names of its packages and hypervisor groups')
    expect(document.body.textContent).toContain('It owns nothing, gets no mail')
    await expectAccessible()
    findByRole('button', KEEP).click()
    await settle()
    expect(sent).toEqual([{ keepsWitness: true }])
    expect(wrapper.emitted('changed')).toHaveLength(1)
  })

  it('says why the panel can\'t keep one, in place', async () => {
    endpoint.answer = { status: 422, body: { title: 'Refused', status: 422, detail: 'No.', code: 'panel_refused', requestId: 'r', diagnosis: { code: 'forbidden', title: 'Permission missing', cause: 'It may not create users.', fix: 'Allow it.' } } }
    await show(byNames)
    findByRole('button', KEEP).click()
    await settle()
    expect(findByRole('alert').textContent).toContain('It may not create users.')
  })

  it('shows the witness with its count, and asks before it is given up', async () => {
    await show(byWitness)
    expect(document.body.textContent).toContain('User 40, count 12')
    findByRole('button', 'Do without the witness').click()
    await settle()
    expect(sent).toEqual([])
    expect(document.body.textContent).toContain('The user stays at the panel')
    findByRole('button', 'Do without it').click()
    await settle()
    expect(sent).toEqual([{ keepsWitness: false }])
  })

  it('claims nothing of the token while nothing was looked at', async () => {
    await show({ ...byNames, kind: 'none', isBlind: false, verifiedAt: null })
    expect(document.body.textContent).toContain('Not yet looked at')
    expect(document.body.textContent).not.toContain('may read neither')
  })

  it('says plainly that nothing can be compared, and leads out of safe mode', async () => {
    await show({ ...byNames, kind: 'none', isBlind: true, verifiedAt: null, isInSafeMode: true })
    expect(document.body.textContent).toContain('Not at all')
    expect(findByRole('link', 'Berth is in safe mode').getAttribute('href')).toBe('/admin/safe-mode')
    expect(findAllByRole('button', KEEP)).toEqual([])
    await expectAccessible()
  })
})
