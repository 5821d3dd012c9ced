import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseStatus } from 'h3'
import { describe, expect, it } from 'vitest'
import SettingsWebhook from '~/components/settings/Webhook.vue'
import type { Webhook } from '#shared/schemas/settings'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const PATH = '/api/admin/settings/webhook'
const SECRET = 'made-just-now-and-shown-once-9x7q'
const off: Webhook = { isSet: false, hint: null, url: 'https://berth.example.com/api/hooks/virtfusion', changedAt: null }
const on: Webhook = { ...off, isSet: true, hint: '9x7q', changedAt: '2030-01-15T12:00:00.000Z' }

const show = (webhook: Webhook) => mount(SettingsWebhook, { props: { webhook } })

/** Counts the calls, and answers. */
function answer(method: 'POST' | 'DELETE', status: number, body: unknown): { calls: number } {
  const seen = { calls: 0 }
  registerEndpoint(PATH, { method, handler: (event) => {
    seen.calls += 1
    setResponseStatus(event, status)
    return body
  } })
  return seen
}

describe('SettingsWebhook', () => {
  it('says where the panel sends to, and that nothing is let in without a secret', async () => {
    await show(off)
    expect(document.body.textContent).toContain('https://berth.example.com/api/hooks/virtfusion')
    expect(document.body.textContent).toContain('None, so every message is refused.')
    expect(findAllByRole('button', 'Turn off')).toEqual([])
    await expectAccessible()
  })

  it('shows a new secret once, to be copied', async () => {
    const seen = answer('POST', 201, { ...on, secret: SECRET })
    await show(off)
    findByRole('button', 'Make a secret').click()
    await settle()
    expect(seen.calls).toBe(1)
    expect(document.body.textContent).toContain(SECRET)
    expect(document.body.textContent).toContain('it is not shown again')
    await expectAccessible()
  })

  it('asks before it ends a secret that is in use', async () => {
    const made = answer('POST', 201, { ...on, secret: SECRET })
    const removed = answer('DELETE', 200, off)
    await show(on)
    expect(document.body.textContent).toContain('It ends in “…9x7q”.')
    findByRole('button', 'Turn off').click()
    await settle()
    expect([made.calls, removed.calls]).toEqual([0, 0])
    expect(document.body.textContent).toContain('every message from the panel is refused')
    findAllByRole('button', 'Turn off').at(-1)?.click()
    await settle()
    expect(removed.calls).toBe(1)
  })
})
