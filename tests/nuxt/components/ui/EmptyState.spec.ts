import { mdiServer } from '@mdi/js'
import { describe, expect, it } from 'vitest'
import UiEmptyState from '~/components/ui/EmptyState.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

describe('UiEmptyState', () => {
  it('says what is missing and offers the next step', async () => {
    await mount(UiEmptyState, {
        props: { icon: mdiServer, title: 'No servers yet', text: 'Create the first one.' },
      slots: { action: () => 'Create server' },
    })
    expect(findByRole('heading', 'No servers yet')).toBeDefined()
    expect(document.body.textContent).toContain('Create server')
    await expectAccessible()
  })
})
