import { describe, expect, it } from 'vitest'
import ErrorPage from '~/error.vue'
import { expectAccessible } from '../support/expect-accessible'
import { findAllByRole, findByRole } from '../support/find-by-role'
import { mount } from '../support/mount'

describe('the error page', () => {
  it('leads back from an address where nothing is', async () => {
    await mount(ErrorPage, { props: { error: createError({ statusCode: 404 }) } })
    expect(findByRole('heading', 'There is nothing here')).toBeDefined()
    expect(findByRole('button', 'Back to the start')).toBeDefined()
    expect(findAllByRole('button', 'Try again')).toEqual([])
    await expectAccessible()
  })

  it('owns up to a failure of ours, without its inner workings', async () => {
    const wrapper = await mount(ErrorPage, { props: { error: createError({ statusCode: 500, message: 'select * from secrets' }) } })
    expect(findByRole('heading', 'Something broke in Berth')).toBeDefined()
    expect(findByRole('button', 'Try again')).toBeDefined()
    expect(wrapper.text()).not.toContain('secrets')
  })
})
