import { describe, expect, it } from 'vitest'
import SettingsWitnessOffer from '~/components/settings/WitnessOffer.vue'
import type { Identity } from '#shared/schemas/identity'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { useIdentityEndpoint } from '../../support/identity-endpoint'
import { mount, settle } from '../../support/mount'

const kept: Identity = { kind: 'witness', verifiedAt: new Date().toISOString(), keepsWitness: true, witness: { userId: 40, counter: 1 }, offersWitness: false, isInSafeMode: false }

const endpoint = useIdentityEndpoint(kept)
const { sent } = endpoint

describe('SettingsWitnessOffer', () => {
  it('says what is made at the panel and why, and turns it on with one press', async () => {
    const wrapper = await mount(SettingsWitnessOffer)
    expect(document.body.textContent).toContain('a user named "Berth witness"')
    expect(document.body.textContent).toContain('went back to an older state')
    await expectAccessible()
    findByRole('button', 'Keep a witness user').click()
    await settle()
    expect(sent).toEqual([{ keepsWitness: true }])
    expect(wrapper.emitted('changed')).toHaveLength(1)
  })

  it('is declined for good with the other button', async () => {
    const wrapper = await mount(SettingsWitnessOffer)
    findByRole('button', 'Don\'t suggest it again').click()
    await settle()
    expect(sent).toEqual([{ keepsWitness: false }])
    expect(wrapper.emitted('changed')).toHaveLength(1)
  })

  it('says in place why the panel can\'t keep one, and stays', async () => {
    endpoint.answer = { status: 422, body: { title: 'Refused', status: 422, detail: 'No.', code: 'panel_refused', requestId: 'r', diagnosis: { code: 'forbidden', title: 'Permission missing', cause: 'It may not create users.', fix: 'Allow it.' } } }
    const wrapper = await mount(SettingsWitnessOffer)
    findByRole('button', 'Keep a witness user').click()
    await settle()
    expect(findByRole('alert').textContent).toContain('It may not create users.')
    expect(wrapper.emitted('changed')).toBeUndefined()
  })
})
