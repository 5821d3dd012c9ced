import { describe, expect, it } from 'vitest'
import LoadError from '~/components/ui/LoadError.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

const PROBLEM = { type: 'about:blank', title: 'The panel did not answer', status: 502, detail: 'It took too long.', code: 'panel_unavailable', requestId: 'req-42' }

describe('UiLoadError', () => {
  it('says what failed, what to do and under which request id', async () => {
    const wrapper = await mount(LoadError, { props: { error: PROBLEM } })
    const text = findByRole('alert').textContent
    expect(text).toContain('The panel did not answer')
    expect(text).toContain('req-42')
    findByRole('button', 'Try again').click()
    expect(wrapper.emitted('retry')).toHaveLength(1)
    await expectAccessible()
  })

  it('shows the diagnosis in place of the general words where there is one', async () => {
    const diagnosis = { code: 'tls_expired', title: 'The certificate has expired', cause: 'It ended yesterday.', fix: 'Renew it.', setting: 'VIRTFUSION_API_URL' }
    await mount(LoadError, { props: { error: { ...PROBLEM, diagnosis } } })
    expect(findByRole('alert').textContent).toContain('Renew it.')
    expect(findByRole('alert').textContent).toContain('VIRTFUSION_API_URL')
    expect(findByRole('link', 'API credentials').getAttribute('href')).toBe('/admin/settings/virtfusion')
  })
})
