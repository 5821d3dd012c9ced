import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { afterEach, describe, expect, it } from 'vitest'
import { useSessionStore } from '~/stores/session'

const ID = '019a0000-0000-7000-8000-0000000000aa'
registerEndpoint('/api/setup', () => ({ isNeeded: false }))

async function goTo(role: 'admin' | 'customer', path: string): Promise<string> {
  useSessionStore().user = { id: '019a0000-0000-7000-8000-000000000001', name: 'Grace', email: 'grace@example.com', role }
  await useRouter().push(path)
  return useRouter().currentRoute.value.fullPath
}

describe('where people are led', () => {
  afterEach(async () => { await useRouter().push('/sign-in') })

  it('is the admin\'s page of a server, where a word about it leads to that of customers', async () => {
    expect(await goTo('admin', `/servers/${ID}`)).toBe(`/admin/servers/${ID}`)
  })

  it('is the customer\'s own page, and never an admin\'s', async () => {
    expect(await goTo('customer', `/servers/${ID}`)).toBe(`/servers/${ID}`)
    expect(await goTo('customer', `/admin/servers/${ID}`)).toBe('/')
  })
})
