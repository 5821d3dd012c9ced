export interface Token {
  name: string
  value: string
  /** `all`, or operations such as `POST /servers`. */
  permissions: 'all' | string[]
  /** Caller addresses that may use it; null for any. */
  addresses: string[] | null
  /** Calls in any 60 seconds; null for no limit. */
  perMinute: number | null
  /** Simulated time in ms; null for never. */
  expires: number | null
}

export const TOKEN_KEYS = ['name', 'value', 'permissions', 'addresses', 'perMinute', 'expires'] as const satisfies (keyof Token)[]

const RESTRICTED_OPERATIONS = ['POST /servers', 'POST /users', 'POST /users/{ext}/authenticationTokens']

/** Name of the token that may do everything. */
export const FULL = 'full'

/** The two tokens that exist from the start. */
export function defaultTokens(full: string): Token[] {
  const open = { addresses: null, perMinute: null, expires: null }

  return [
    { name: FULL, value: full, permissions: 'all', ...open },
    { name: 'restricted', value: 'sim-token-restricted', permissions: RESTRICTED_OPERATIONS, ...open },
  ]
}

/** Counts calls per token over a sliding minute. */
export function createRateWindow() {
  const times = new Map<string, number[]>()

  return {
    clear: () => times.clear(),
    /** Seconds to wait, or null when the call is within the limit; `left` is what remains. */
    take(token: Token, now: number): { wait: number | null, left: number | null } {
      if (token.perMinute === null) return { wait: null, left: null }

      const recent = (times.get(token.value) ?? []).filter(at => at > now - 60_000)
      times.set(token.value, recent)
      const oldest = recent[0]
      if (recent.length >= token.perMinute && oldest !== undefined) {
        return { wait: Math.max(1, Math.ceil((oldest + 60_000 - now) / 1000)), left: 0 }
      }
      recent.push(now)

      return { wait: null, left: token.perMinute - recent.length }
    },
  }
}
