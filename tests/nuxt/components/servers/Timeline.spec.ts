import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { getQuery, setResponseStatus } from 'h3'
import { describe, expect, it } from 'vitest'
import ServersTimeline from '~/components/servers/Timeline.vue'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'
import { operationDetail } from '../operations/operation-detail'

registerEndpoint('/api/admin/operations', (event) => {
  if (!getQuery(event).cursor) return { items: [operationDetail()], nextCursor: 'next' }
  setResponseStatus(event, 503)
  return { type: 'about:blank', title: 'Berth is not available', status: 503, detail: 'The database does not answer right now.', code: 'unavailable', requestId: 'req-9' }
})

describe('ServersTimeline', () => {
  it('says that more could not be loaded, below what is there', async () => {
    clearNuxtData()
    await mount(ServersTimeline, { props: { serverId: '019a0000-0000-7000-8000-0000000000aa' } })
    await settle()
    findByRole('button', 'Load more').click()
    await settle()
    expect(findByRole('alert').textContent).toContain('req-9')
    expect(findByRole('button', 'Load more')).toBeDefined()
  })
})
