import { describe, expect, it } from 'vitest'
import { concluded } from '../../../../../../server/engine/diagnosis.ts'
import { fail, next, wait } from '../../../../../../server/engine/outcome.ts'
import { guardLostDelay } from '../../../../../../server/engine/steps/delete/panel-delay.ts'
import { newOperation } from '../../../../../chaos/simulation/rows.ts'

const ASKED_AT = '2026-11-26T08:00:00.000Z'
const operationWith = (memory: object) => ({ operation: newOperation({ id: 'o', serverId: 's', kind: 'delete', at: new Date(ASKED_AT), memory: { askedAt: ASKED_AT, ...memory } }) })
const busy = wait('backoff', concluded('server_busy', { said: 'deletion is already scheduled' }), { step: 'check' })

describe('a step while a lost deletion may be counting at the panel', () => {
  it('does not fail: the row would read as if the server stayed', () => {
    expect(guardLostDelay(operationWith({ isLost: true }), 60, fail(concluded('server_protected')))).toMatchObject({ type: 'attention', diagnosis: { code: 'server_protected' } })
    expect(guardLostDelay(operationWith({}), 60, fail(concluded('server_protected')))).toMatchObject({ type: 'fail' })
  })

  it('asks a person once the panel has refused to take it again for long, and says until when it may be deleted', () => {
    expect(guardLostDelay(operationWith({ isLost: true }), 60, busy)).toEqual({ ...busy, learnt: { refusals: 1 } })
    expect(guardLostDelay(operationWith({ isLost: true, refusals: 20 }), 60, busy)).toMatchObject({
      type: 'attention', diagnosis: { code: 'panel_delay_unsettled', params: { dueAt: '2026-11-26T09:00:00.000Z', said: 'deletion is already scheduled' } },
    })
    expect(guardLostDelay(operationWith({}), 60, busy)).toEqual(busy)
  })

  it('goes on as ever where nothing is in doubt', () => {
    expect(guardLostDelay(operationWith({ isLost: true }), 60, next('send'))).toEqual(next('send'))
  })
})
