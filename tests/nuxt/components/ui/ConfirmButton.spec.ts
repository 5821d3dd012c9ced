import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import ConfirmButton from '~/components/ui/ConfirmButton.vue'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

let status = 200
let calls = 0
registerEndpoint('/api/test/thing', { method: 'DELETE', handler: (event) => {
  calls += 1
  setResponseStatus(event, status)
  return status === 200 ? { isSet: false } : { type: 'about:blank', title: 'Conflict', status, detail: 'It is in use.', code: 'conflict', requestId: 'r' }
} })
beforeEach(() => {
  status = 200
  calls = 0
})

async function ask() {
  const wrapper = await mount(ConfirmButton, {
    props: { label: 'Turn off', title: 'Turn it off', confirmLabel: 'Yes, off', change: () => sendJson('/api/test/thing', { method: 'DELETE' }) },
    slots: { default: () => 'It stays off.' },
  })
  findByRole('button', 'Turn off').click()
  await settle()
  return wrapper
}

describe('UiConfirmButton', () => {
  it('sends nothing before it was confirmed, then hands the answer on and closes', async () => {
    const wrapper = await ask()
    expect(findByRole('dialog', 'Turn it off').textContent).toContain('It stays off.')
    expect(calls).toBe(0)
    await expectAccessible()
    findByRole('button', 'Yes, off').click()
    await settle()
    expect(calls).toBe(1)
    expect(wrapper.emitted('changed')).toEqual([[{ isSet: false }]])
  })

  it('stays open with the reason when it was refused, and forgets it with the next question', async () => {
    status = 409
    const wrapper = await ask()
    findByRole('button', 'Yes, off').click()
    await settle()
    expect(findByRole('alert').textContent).toContain('It is in use.')
    expect(wrapper.emitted('changed')).toBeUndefined()
    findByRole('button', 'Cancel').click()
    await settle()
    expect(findAllByRole('alert')).toEqual([])
  })
})
