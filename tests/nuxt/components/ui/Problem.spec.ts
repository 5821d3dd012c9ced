import { describe, expect, it } from 'vitest'
import type { Problem } from '#shared/schemas/common'
import UiProblem from '~/components/ui/Problem.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

const problem: Problem = { type: 'about:blank', title: 'Conflict', status: 409, detail: 'Somebody else was faster.', code: 'settings_changed', requestId: 'req-1' }
const show = (props: { problem: Problem | null, hasFields?: boolean }) => mount(UiProblem, { props: { fix: 'Load the page again.', ...props } })

describe('UiProblem', () => {
  it('says at once what went wrong, what to do, and under which number it is logged', async () => {
    await show({ problem })
    for (const said of ['Conflict', 'Somebody else was faster.', 'Load the page again.', 'req-1']) expect(findByRole('alert').textContent).toContain(said)
    await expectAccessible()
  })

  it('lets a diagnosis speak, which knows better what to do', async () => {
    await show({ problem: { ...problem, diagnosis: { code: 'forbidden', title: 'Permission missing', cause: 'It may not.', fix: 'Allow it.' } } })
    expect(findByRole('alert').textContent).toContain('Allow it.')
    expect(findByRole('alert').textContent).not.toContain('Load the page again.')
  })

  it('leads to the sign-in in another tab when the session is over, so that this one keeps what was typed', async () => {
    await show({ problem: { ...problem, status: 401, code: 'unauthenticated' } })
    expect(findByRole('link', 'Sign in in a new tab').getAttribute('target')).toBe('_blank')
    await expectAccessible()
  })

  it('leaves to a form what belongs to its fields, and hides it from nobody else', async () => {
    const wrong = { ...problem, fields: { name: 'Too long.' } }
    const wrapper = await show({ problem: wrong, hasFields: true })
    expect(findAllByRole('alert')).toEqual([])
    await wrapper.setProps({ hasFields: false })
    expect(findAllByRole('alert')).toHaveLength(1)
  })
})
