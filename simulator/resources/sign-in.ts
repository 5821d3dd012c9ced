import { htmlPage, notFound, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import type { World } from '../core/world.ts'
import { userByRelation } from './users.ts'

const SECONDS_TO_LIVE = 60

function issue(call: Call, serverId: number | null): Answer {
  const user = userByRelation(call)
  if (serverId !== null && call.state.servers.get(serverId)?.ownerId !== user.id) throw notFound('server')

  const first = call.random.text(90)
  const second = call.random.text(90)
  const expires = call.now + SECONDS_TO_LIVE * 1000
  call.state.signInTokens = call.state.signInTokens.filter(token => token.expires > call.now)
  call.state.signInTokens.push({ userId: user.id, serverId, first, second, expires, used: false })
  call.effect('user.sign-in-issued', { userId: user.id, ...(serverId !== null && { serverId }) })

  return ok({
    authentication: {
      tokens: { 1: first, 2: second },
      endpoint: '/token_authenticate',
      endpoint_complete: `/token_authenticate/?1=${first}&2=${second}`,
      expiry: { ttl: SECONDS_TO_LIVE, expires: new Date(expires).toISOString().replace('Z', '000Z') },
    },
  })
}

/** The page behind a sign-in link: works once, until it expires. */
export function redeemSignIn(world: World, query: URLSearchParams): Answer {
  const token = world.state.signInTokens.find(({ first, second }) => first === query.get('1') && second === query.get('2'))
  if (!token || token.used || token.expires <= world.now()) return htmlPage(403, 'This sign-in link is no longer valid')

  token.used = true
  world.recordOwn('user.signed-in', { userId: token.userId }, null)
  const where = token.serverId === null ? '' : `, at server ${token.serverId}`

  return htmlPage(200, `Simulated panel: signed in as user ${token.userId}${where}`)
}

export const signInRoutes: Route[] = [
  { method: 'POST', path: '/users/{ext}/authenticationTokens', handle: call => issue(call, null) },
  { method: 'POST', path: '/users/{ext}/serverAuthenticationTokens/{id}', handle: call => issue(call, call.server().id) },
]
