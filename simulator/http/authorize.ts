import type { Token } from '../core/tokens.ts'
import type { World } from '../core/world.ts'
import type { Answer } from './answers.ts'
import type { IncomingCall } from './request.ts'

export type Authorization =
  | { token: Token, headers: Record<string, string>, refusal?: undefined }
  | { token: Token | null, refusal: Answer }

const SENTENCE = 'The token does not have permission for this endpoint'

function notPermitted(world: World): Answer {
  switch (world.settings.readings.forbiddenBody) {
    case 'errors': return { status: 403, body: { errors: [SENTENCE] } }
    case 'message': return { status: 403, body: { message: SENTENCE } }
    case 'empty': return { status: 403 }
  }
}

const normalised = new Map<string, string>()
const KEPT_NAMES = 1000

/** Operations are compared without the names of their parameters. Kept, since every call of a restricted token compares with all that it may do. */
function normalise(operation: string): string {
  const known = normalised.get(operation)
  if (known !== undefined) return known
  if (normalised.size >= KEPT_NAMES) normalised.clear()
  const text = operation.replace(/\{[^}]*\}/g, '{}')
  normalised.set(operation, text)

  return text
}

const isListed = (address: string, addresses: string[] | null) => addresses === null || addresses.includes(address)

function isPermitted(world: World, token: Token, operation: string) {
  if (token.permissions === 'all') return true
  if (operation === 'GET /connect' && !world.settings.readings.connectNeedsPermission) return true

  return token.permissions.some(permitted => normalise(permitted) === normalise(operation))
}

/** Decides whether a call may be made; without a valid token the answer is 401 with an empty body. */
export function authorize(world: World, incoming: IncomingCall, operation: string): Authorization {
  const value = /^Bearer (.+)$/i.exec(incoming.authorization ?? '')?.[1]?.trim()
  const token = world.tokens.find(candidate => candidate.value === value)
  if (!token || (token.expires !== null && token.expires <= world.now())) return { token: null, refusal: { status: 401 } }

  if (!isListed(incoming.address, token.addresses)) {
    return { token, refusal: world.settings.readings.refusedAddress === 401 ? { status: 401 } : notPermitted(world) }
  }

  const { wait, left } = world.rates.take(token, world.now())
  if (wait !== null) {
    const headers = { 'Retry-After': String(wait), 'X-RateLimit-Limit': String(token.perMinute), 'X-RateLimit-Remaining': '0' }
    return { token, refusal: { status: 429, body: { message: 'Too Many Attempts.' }, headers } }
  }
  if (!isPermitted(world, token, operation)) return { token, refusal: notPermitted(world) }

  return {
    token,
    headers: left === null ? {} : { 'X-RateLimit-Limit': String(token.perMinute), 'X-RateLimit-Remaining': String(left) },
  }
}
