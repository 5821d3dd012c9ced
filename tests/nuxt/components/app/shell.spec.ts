import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import AccountMenu from '~/components/app/AccountMenu.vue'
import AdminNavigation from '~/components/app/AdminNavigation.vue'
import CustomerNavigation from '~/components/app/CustomerNavigation.vue'
import InvitationForm from '~/components/app/InvitationForm.vue'
import SetupForm from '~/components/app/SetupForm.vue'
import ThemeSwitch from '~/components/app/ThemeSwitch.vue'
import Wordmark from '~/components/app/Wordmark.vue'
import { usePreferencesStore } from '~/stores/preferences'
import { useUnsavedStore } from '~/stores/unsaved'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const GRACE = { id: '019a0000-0000-7000-8000-000000000001', name: 'Grace', email: 'grace@example.com', role: 'customer' as const }
const SESSION = { user: GRACE, session: { id: '019a0000-0000-7000-8000-000000000002', expiresAt: '' } }
registerEndpoint('/api/admin/drift/counts', () => ({ differences: 2, orphans: 1, vanished: 0 }))
registerEndpoint('/api/setup', () => ({ isNeeded: false }))
registerEndpoint('/api/setup', { method: 'POST', handler: () => SESSION })
registerEndpoint('/api/invitations/abc', { method: 'POST', handler: () => SESSION })

// Vuetify's own links find no router here, so they have no address.
const linkTexts = () => [...document.querySelectorAll('a')].map((link) => link.textContent)

describe('the shell', () => {
  beforeEach(() => usePreferencesStore().setTheme('system'))

  it('leads an admin to every place of the work, and counts what waits for a decision', async () => {
    await mount(AdminNavigation)
    await settle()
    expect(linkTexts()).toEqual([
      'Dashboard', 'Servers', 'Operations', 'Drift and orphans3', 'Safety', 'Plans', 'Customers', 'Provisioning logs', 'Audit', 'Settings',
    ])
    await expectAccessible()
  })

  it('leads a customer to the servers and the account', async () => {
    await mount(CustomerNavigation)
    expect(linkTexts()).toEqual(['My servers', 'Account'])
    await expectAccessible()
  })

  it('changes the colours by a menu that says which are on', async () => {
    await mount(ThemeSwitch)
    findByRole('button', 'Colours: Like the system').click()
    await settle()
    findByRole('menuitemradio', 'Dark').click()
    await settle()
    expect(usePreferencesStore().theme).toBe('dark')
    expect(findByRole('button', 'Colours: Dark')).toBeDefined()
    await expectAccessible()
  })

  it('says whose account it is, and how to leave it', async () => {
    await mount(AccountMenu, { props: { user: GRACE } })
    findByRole('button', 'Account of Grace').click()
    await settle()
    expect(findByRole('menuitem', 'Sign out')).toBeDefined()
    await expectAccessible()
  })

  it('asks before the session ends while something is not saved, and signs out only then', async () => {
    let count = 0
    registerEndpoint('/api/auth/sign-out', { method: 'POST', handler: () => ({ ok: ++count > 0 }) })
    onTestFinished(useUnsavedStore().add(() => true))
    await mount(AccountMenu, { props: { user: GRACE } })
    findByRole('button', 'Account of Grace').click()
    await settle()
    findByRole('menuitem', 'Sign out').click()
    await settle()
    expect(findByRole('dialog', /Sign out without saving/).textContent).toContain('it is lost')
    expect(count).toBe(0)
    await expectAccessible()
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await settle()
    expect(count).toBe(1)
    expect(useUnsavedStore().isAny()).toBe(false)
  })

  it('makes the first admin with the code from the log', async () => {
    const wrapper = await mount(SetupForm)
    await expectAccessible()
    await wrapper.find('form').trigger('submit')
    await settle()
    expect(wrapper.emitted('signedIn')).toEqual([[SESSION]])
  })

  it('lets an invited person choose a password', async () => {
    const wrapper = await mount(InvitationForm, {
      props: { invitation: { name: 'Grace', email: 'grace@example.com', expiresAt: new Date(Date.now() + 86_400_000).toISOString(), isReset: false }, path: '/api/invitations/abc' },
    })
    expect(findByRole('heading', 'Welcome, Grace')).toBeDefined()
    await expectAccessible()
    await wrapper.find('form').trigger('submit')
    await settle()
    expect(wrapper.emitted('signedIn')).toEqual([[SESSION]])
  })

  it('names itself', async () => {
    const wrapper = await mount(Wordmark)
    expect(wrapper.text()).toBe('Berth')
  })
})
