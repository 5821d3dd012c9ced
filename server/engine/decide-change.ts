import type { VirtFusionError } from '../virtfusion/errors.ts'
import { classifyFailure } from './classify-failure.ts'

type Answer = { ok: true } | { ok: false, error: Pick<VirtFusionError, 'kind' | 'effect' | 'isConfirmedNotFound' | 'bodyForm'> }

/**
 * What the answer to a change of an existing server means. `accepted` is not done: it has to be seen. `unknown` is looked at before
 * anything else; `busy` and `unavailable` did nothing and may be tried again.
 */
export type ChangeOutcome = 'accepted' | 'unknown' | 'absent' | 'paused' | 'forbidden' | 'busy' | 'unavailable' | 'refused'

/** Sorts the answer to suspend, unsuspend, delete, power, build and rename. Pure. */
export function decideChange(answer: Answer): ChangeOutcome {
  if (answer.ok) return 'accepted'
  const { error } = answer
  if (error.effect !== 'none') return 'unknown'
  if (error.kind === 'rate-limited' || error.kind === 'maintenance') return 'unavailable'
  const failure = classifyFailure(error)
  return failure === 'unauthorized' ? 'paused' : failure
}
