import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { beforeEach } from 'vitest'
import type { Identity } from '#shared/schemas/identity'

/** What saving the identity answers, `identity` unless a test says otherwise, and what was sent to it; both begin anew with each test. */
export function useIdentityEndpoint(identity: Identity) {
  const endpoint = { answer: { status: 200, body: identity as object }, sent: [] as unknown[] }
  registerEndpoint('/api/admin/settings/identity', {
    method: 'PUT',
    handler: async (event) => {
      endpoint.sent.push(await readBody(event))
      setResponseStatus(event, endpoint.answer.status)
      return endpoint.answer.body
    },
  })
  beforeEach(() => {
    endpoint.sent.length = 0
    endpoint.answer = { status: 200, body: identity }
  })
  return endpoint
}
