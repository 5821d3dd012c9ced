import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { mount, settle } from '../support/mount'

const PROBLEM = { type: 'about:blank', title: 'Berth is not available', status: 503, detail: 'The database does not answer right now.', code: 'unavailable', requestId: 'r-1' }
let isDown = false
function answer(event: H3Event, name: string) {
  if (!isDown) return { name }
  setResponseStatus(event, 503)
  return PROBLEM
}
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

  it('is emptied at the end of a session, also after a failure', async () => {
    const { data, refresh } = await withLoad()
    isDown = true
    await refresh()
    expect(data.value).toEqual({ name: 'First' })
    clearNuxtData()
    expect(data.value).toBeUndefined()
  })
})
