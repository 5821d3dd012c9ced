import type { PanelAnswer } from './call-panel.ts'
import { readChangeMemory } from './change-memory.ts'
import { decideChange } from './decide-change.ts'
import { concluded, quote } from './diagnosis.ts'
import { paused } from './not-now.ts'
import { fail, next, wait, type Learnt, type Outcome } from './outcome.ts'
import type { Run } from './run.ts'


interface SendRules<T> {
  /** What is remembered of a call that the panel took. */
  learn?(value: T, panelDate: Date | null): Learnt
  /** A record that is gone has a meaning of its own for some kinds. */
  onAbsent(): Outcome
}

/**
 * Sends a change of an existing server once, and says where its answer leads. An unknown effect is looked at in `verify`, never repeated here.
 * Whoever comes here out of a wait, or in the place of a turn that died, reads again first: another server may stand under the number by now.
 */
export async function sendChange<T>(run: Run, send: (virtfusionServerId: number) => Promise<PanelAnswer<T>>, rules: SendRules<T>): Promise<Outcome> {
  const { server } = run
  if (server.virtfusionServerId === null) return fail(concluded('server_not_bound'))
  const earlier = await findEarlierSend(run)
  if (earlier === 'unknown') return unknownEffect(run)
  if (earlier === 'done') return next('verify', { learnt: { acceptedAt: run.now().toISOString(), verifySince: run.now().toISOString(), isUnknown: null, looks: null } })
  if (run.isResumed) return next('check')
  const at = run.now().toISOString()
  const answer = await send(server.virtfusionServerId)
  const change = decideChange(answer)
  if (answer.ok) return next('verify', { learnt: { acceptedAt: at, verifySince: at, isUnknown: null, looks: null, ...rules.learn?.(answer.value, answer.panelDate) } })
  switch (change) {
    case 'unknown': return unknownEffect(run)
    case 'absent': return rules.onAbsent()
    case 'paused': return paused()
    case 'busy': return wait('backoff', concluded('server_busy', { said: quote(answer.error.messages.join(' '), 200) }), { step: 'check' })
    case 'unavailable': return wait(answer.error.retryAfterMs ?? 'backoff', answer.diagnosis, { step: 'check' })
    default: return fail(answer.diagnosis)
  }
}

function unknownEffect({ now }: Run): Outcome {
  const at = now().toISOString()
  return next('verify', { learnt: { isUnknown: true, verifySince: at, looks: null }, event: { code: 'effect_unknown' } })
}

/**
 * An earlier turn may have sent this change and ended before it could say so: in the middle of the call, or between the call and its
 * transition. Then it is not sent again.
 */
async function findEarlierSend({ engine: { store }, operation, isResumed }: Run): Promise<'none' | 'done' | 'unknown'> {
  if (!isResumed) return 'none'
  const last = await store.findLastAttempt(operation.id)
  if (!last || last.id === readChangeMemory(operation).lastAttempt || (last.isCompleted && last.effect === 'none')) return 'none'
  await store.completeLostAttempts(operation.id)
  return last.isCompleted && last.effect === 'done' ? 'done' : 'unknown'
}

/** The way to `send`: whatever was sent before, in an earlier try, is no send of this one. */
export async function goSend({ engine, operation }: Run, learnt: Learnt = {}, extras: Pick<Outcome, 'writes'> = {}): Promise<Outcome> {
  const last = await engine.store.findLastAttempt(operation.id)
  return next('send', { learnt: { ...learnt, lastAttempt: last?.id ?? null }, ...extras })
}
