import { describe, expect, it } from 'vitest'
import { newAttempt, type CallScope } from '../../../server/engine/call-panel.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { openPanel } from '../../../server/engine/panel-port.ts'
import { SUBJECT, type Run } from '../../../server/engine/run.ts'
import { send } from '../../../server/engine/steps/create/send.ts'
import { openStage, type Stage } from './support.ts'

/** A turn that stands before its send, with an intent of the given age in ms. */
async function before(stage: Stage, ageMs: number): Promise<{ run: Run, attemptId: string }> {
  const { services } = stage
  const engine = engineOf(services)
  const { server, operation } = await stage.order()
  const client = await services.panel.client()
  if (!client) throw new Error('no panel')
  const scope: CallScope = { engine, operationId: operation.id, serverId: server.id, attempt: 1, requestId: null }
  const memory = { ...operation.memory as object, ownerId: 2, baseline: [] }
  const updated = await services.db.operation.update({ where: { id: operation.id }, data: { state: 'running', step: 'send', ownerLock: 2, memory } })
  const attempt = newAttempt(scope, { operation: 'servers.create', method: 'POST', path: '/servers' })
  await engine.store.beginAttempt(attempt, null)
  const run: Run = {
    engine, now: services.now, operation: updated, server: await services.db.server.findUniqueOrThrow({ where: { id: server.id }, ...SUBJECT }), panel: openPanel(client, scope),
    lease: { operationId: operation.id, token: updated.leaseToken }, gate: { safeMode: null, pause: null, epoch: '' }, isResumed: false, turn: { intent: { attemptId: attempt.id, at: performance.now() - ageMs }, heard: [], owner: null },
  }
  return { run, attemptId: attempt.id }
}

describe('the self-fence of a create', () => {
  it('sends nothing when the intent is older than five seconds, and closes its attempt as never sent', async () => {
    const stage = await openStage()
    const { run, attemptId } = await before(stage, 5_001)
    expect(await send(run)).toMatchObject({
      type: 'retry', step: 'intend', freesOwner: true, diagnosis: { code: 'create_expired' },
      writes: [{ type: 'attempt-completed', id: attemptId, ending: { effect: 'none' } }],
    })
    expect(stage.effects('server.created')).toBe(0)
  })

  it('uses an intent once: the same turn finds nothing to send a second time', async () => {
    const stage = await openStage()
    const { run } = await before(stage, 0)
    expect(await send(run)).toMatchObject({ type: 'next', step: 'install' })
    expect(await send(run)).toMatchObject({ type: 'next', step: 'settle' })
    expect(stage.effects('server.created')).toBe(1)
  })
})
