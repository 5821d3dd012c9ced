import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { useSessionStore } from '~/stores/session'
import { mount, settle } from '../support/mount'

const PROBLEM = { type: 'about:blank', title: 'Berth is not available', status: 503, detail: 'The database does not answer right now.', code: 'unavailable', requestId: 'r-1' }
let isDown = false
let isSignedOut = false
function answer(event: H3Event, name: string) {
  if (isSignedOut) {
    setResponseStatus(event, 401)
    return { ...PROBLEM, status: 401, code: 'unauthenticated' }
  }
  if (!isDown) return { name }
  setResponseStatus(event, 503)
  return PROBLEM
}
registerEndpoint('/api/setup', () => ({ isNeeded: false }))
registerEndpoint('/api/things/first', (event) => answer(event, 'First'))
registerEndpoint('/api/things/second', (event) => answer(event, 'Second'))

async function withLoad(thing: Ref<string> = ref('first')) {
  let load: ReturnType<typeof useLoad<{ name: string }>> | undefined
  await mount(defineComponent({
    setup() {
      load = useLoad<{ name: string }>(() => `thing:${thing.value}`, () => `/api/things/${thing.value}`)
      return () => h('p', load?.data.value?.name)
    },
  }))
  await settle()
  if (!load) throw new Error('The component did not set up.')
  return load
}

describe('useLoad', () => {
  beforeEach(() => {
    clearNuxtData()
    isDown = false
    isSignedOut = false
  })

  it('keeps what was read when reading it again fails, so that no form goes away under what is typed', async () => {
    const { data, error, refresh } = await withLoad()
    const before = data.value
    isDown = true
    await refresh()
    expect(error.value?.requestId).toBe('r-1')
    expect(data.value).toBe(before)
    expect(document.body.textContent).toBe('First')
    isDown = false
    await refresh()
    expect([data.value, error.value]).toEqual([{ name: 'First' }, null])
  })

  it('shows nothing of one thing under the key of another that could not be read', async () => {
    const thing = ref('first')
    const { data, error } = await withLoad(thing)
    isDown = true
    thing.value = 'second'
    await settle()
    expect(error.value?.requestId).toBe('r-1')
    expect(data.value).toBeUndefined()
  })

  it('leads to the sign-in page when a session is over, but never away from what is shown', async () => {
    const session = useSessionStore()
    session.user = { id: '019a0000-0000-7000-8000-000000000001', name: 'Grace', email: 'grace@example.com', role: 'admin' }
    const { data, error, refresh } = await withLoad()
    isSignedOut = true
    await refresh()
    await settle()
    expect([error.value?.diagnosis?.title, data.value, session.user?.name]).toEqual(['Your session is over', { name: 'First' }, 'Grace'])
    await withLoad(ref('second'))
    expect(session.user).toBeNull()
  })

  it('is emptied at the end of a session, also after a failure', async () => {
    const { data, refresh } = await withLoad()
    isDown = true
    await refresh()
    expect(data.value).toEqual({ name: 'First' })
    clearNuxtData()
    expect(data.value).toBeUndefined()
  })
})
