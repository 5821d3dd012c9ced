import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { useSessionStore } from '~/stores/session'
import { useToastsStore } from '~/stores/toasts'
import { mount, settle } from '../support/mount'

let answer: (event: H3Event) => unknown
registerEndpoint('/api/thing', { method: 'POST', handler: (event) => answer(event) })

function refuse(event: H3Event, fields?: Record<string, string>) {
  setResponseStatus(event, 400)
  return { type: 'about:blank', title: 'Some input does not fit', status: 400, detail: 'See the fields.', code: 'invalid_input', requestId: 'r-1', fields }
}

async function withAction() {
  let action: ReturnType<typeof useAction> | undefined
  await mount(defineComponent({
    setup() {
      action = useAction()
      return () => h('form', [h('input', { name: 'first' }), h('input', { name: 'second' }), h('input', { name: 'third' })])
    },
  }))
  if (!action) throw new Error('The component did not set up.')
  return action
}

const send = () => sendJson<{ name: string }>('/api/thing', { method: 'POST' })

describe('useAction', () => {
  beforeEach(() => { useToastsStore().items = [] })

  it('says that it worked as a toast', async () => {
    answer = () => ({ name: 'Small' })
    const { run } = await withAction()
    expect(await run(send, { success: (plan) => `${plan.name} is saved.` })).toEqual({ name: 'Small' })
    expect(useToastsStore().items.map((toast) => toast.text)).toEqual(['Small is saved.'])
  })

  it('keeps a failure in place, and sets the focus on the first field of the page that is at fault', async () => {
    answer = (event) => refuse(event, { third: 'Too long.', second: 'Fill this in.' })
    const { run, fieldErrors, problem } = await withAction()
    expect(await run(send)).toBeUndefined()
    await settle()
    expect(fieldErrors.value).toEqual({ third: 'Too long.', second: 'Fill this in.' })
    expect(problem.value?.requestId).toBe('r-1')
    expect(document.activeElement?.getAttribute('name')).toBe('second')
    expect(useToastsStore().items).toEqual([])
  })

  it('does nothing on a second click while the first is under way', async () => {
    let count = 0
    answer = () => ({ name: String(++count) })
    const { run } = await withAction()
    const [first, second] = await Promise.all([run(send), run(send)])
    expect([first?.name, second]).toEqual(['1', undefined])
  })

  it('stays on the page when the session turns out to be over, so that what was typed can still be sent', async () => {
    const session = useSessionStore()
    session.user = { id: '019a0000-0000-7000-8000-000000000001', name: 'Grace', email: 'grace@example.com', role: 'admin' }
    answer = (event) => {
      setResponseStatus(event, 401)
      return { type: 'about:blank', title: 'Not signed in', status: 401, detail: 'Sign in first.', code: 'unauthenticated', requestId: 'r-1' }
    }
    const { run, problem } = await withAction()
    await run(send)
    await settle()
    expect(problem.value?.detail).toContain('Sign in in a new tab')
    expect(session.user?.name).toBe('Grace')
    session.user = null
  })

  it('does not dress up a defect of ours as an answer', async () => {
    const { run, pending } = await withAction()
    await expect(run(async () => { throw new TypeError('defect') })).rejects.toThrow('defect')
    expect(pending.value).toBe(false)
  })
})
