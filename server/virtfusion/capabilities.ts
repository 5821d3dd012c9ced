import type { Link } from './chain/link.ts'
import { VirtFusionError } from './errors.ts'

/** `missing`: this panel version has no such operation. */
export type CapabilityState = 'allowed' | 'forbidden' | 'missing' | 'unknown'

export interface CapabilityMap {
  stateOf(operation: string): CapabilityState
  /** Everything learnt so far: operation -> state. */
  snapshot(): Record<string, CapabilityState>
  /** Takes over what was learnt earlier, for example from a stored snapshot. */
  restore(snapshot: Record<string, CapabilityState>): void
}

/** Refusals that come after the permission check, so they prove the permission. */
const PROOF_OF_PERMISSION = new Set([409, 422, 423])

/** What one answer says about the permission for its operation; `unknown` when it says nothing. */
export function learnFrom(outcome: { status: number | null, isJson: boolean, isConfirmedNotFound: boolean }): CapabilityState {
  const { status } = outcome
  if (status === null) return 'unknown'
  if (status >= 200 && status < 300) return 'allowed'
  if (status === 403) return 'forbidden'
  if (outcome.isConfirmedNotFound) return 'allowed'
  if (PROOF_OF_PERMISSION.has(status) && outcome.isJson) return 'allowed'
  if ((status === 404 || status === 405) && outcome.isJson) return 'missing'
  return 'unknown'
}

/** A token's permissions are per operation and can't be listed: they are learnt from what comes back. */
export function createCapabilityMap(): { map: CapabilityMap, link: Link } {
  const states = new Map<string, CapabilityState>()
  const learn = (operation: string, state: CapabilityState) => {
    if (state !== 'unknown') states.set(operation, state)
  }

  return {
    map: {
      stateOf: operation => states.get(operation) ?? 'unknown',
      snapshot: () => Object.fromEntries(states),
      restore: snapshot => Object.entries(snapshot).forEach(([operation, state]) => learn(operation, state)),
    },
    link: next => async (request) => {
      try {
        const answer = await next(request)
        learn(request.operation, 'allowed')
        return answer
      }
      catch (error) {
        if (error instanceof VirtFusionError) learn(request.operation, learnFrom(error))
        throw error
      }
    },
  }
}
