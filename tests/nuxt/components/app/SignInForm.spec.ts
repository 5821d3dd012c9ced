import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseHeader, setResponseStatus } from 'h3'
import type { H3Event } from 'h3'
import { describe, expect, it } from 'vitest'
import SignInForm from '~/components/app/SignInForm.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

let answer: (event: H3Event) => unknown
registerEndpoint('/api/auth/sign-in/email', { method: 'POST', handler: (event) => answer(event) })

function refuse(event: H3Event, status: number, problem: object) {
  setResponseStatus(event, status)
  return { type: 'about:blank', status, requestId: 'r-1', ...problem }
}

async function submit() {
  const wrapper = await mount(SignInForm)
  await wrapper.find('input[name=email]').setValue('ada@example.com')
  await wrapper.find('input[name=password]').setValue('wrong password')
  await wrapper.find('form').trigger('submit')
  await settle()
  return wrapper
}

describe('AppSignInForm', () => {
  it('hands on who signed in', async () => {
    const session = { user: { id: '1', name: 'Ada', email: 'ada@example.com', role: 'customer' }, session: { id: '2', expiresAt: '' } }
    answer = () => session
    const wrapper = await submit()
    expect(wrapper.emitted('signedIn')?.[0]).toEqual([session])
  })

  it('shows the password by a button that has one name and says whether it is pressed', async () => {
    const wrapper = await mount(SignInForm)
    const eye = () => findByRole('button', 'Show the password')
    expect(eye().getAttribute('aria-pressed')).toBe('false')
    eye().click()
    await settle()
    expect(eye().getAttribute('aria-pressed')).toBe('true')
    expect(wrapper.find('input[name=password]').attributes('type')).toBe('text')
  })

  it('shows the refusal in place, keeps the address and asks for the password anew', async () => {
    answer = (event) => refuse(event, 401, { title: 'Not signed in', code: 'invalid_credentials', detail: 'The address or the password is wrong.' })
    const wrapper = await submit()
    expect(findByRole('alert', /./).textContent).toContain('The address or the password is wrong.')
    expect(wrapper.find<HTMLInputElement>('input[name=email]').element.value).toBe('ada@example.com')
    expect(wrapper.find<HTMLInputElement>('input[name=password]').element.value).toBe('')
    await expectAccessible()
  })

  it('says how long to wait after too many tries, keeps the button off until then, and reads the refusal out once instead of every second', async () => {
    answer = (event) => {
      setResponseHeader(event, 'retry-after', 45)
      return refuse(event, 429, { title: 'Too many tries', code: 'too_many_requests', detail: 'Too many tries. Wait 45 seconds, then try again.' })
    }
    const wrapper = await submit()
    expect(wrapper.find<HTMLInputElement>('input[name=password]').element.value).toBe('wrong password')
    expect(document.body.textContent).toMatch(/You can try again in 4\d seconds/)
    expect(findByRole('alert', /./).textContent).toBe('Too many tries. Wait 45 seconds, then try again.')
    expect(findByRole('button', 'Sign in').hasAttribute('disabled')).toBe(true)
  })
})
