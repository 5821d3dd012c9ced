import { describe, expect, it } from 'vitest'
import type { Run } from '../../../../../server/engine/run.ts'
import { STEPS } from '../../../../../server/engine/steps/index.ts'

/** A turn with a row and a memory alone, and no more of a real one: it gets nothing to call, for whoever asked for a panel or a store here would order a second server. */
const runOf = (virtfusionServerId: number | null, memory: object) => ({ server: { virtfusionServerId }, operation: { kind: 'create', memory } }) as unknown as Run
const ESCROW = { ownerId: 9, escrow: { name: 'berth-1-1', recipientId: 7, relation: '1' } }

describe('an order whose server was bound by a fact, while another turn held the lease', () => {
  it.each(['prepare', 'intend'])('orders nothing at %s and goes on with what it has', async (step) => {
    expect(await STEPS.create[step]?.(runOf(101, { ownerId: 7 }))).toMatchObject({ type: 'next', step: 'install' })
  })

  it.each(['prepare', 'intend'])('is handed over first at %s, where it was sent for a throw-away user', async (step) => {
    expect(await STEPS.create[step]?.(runOf(101, ESCROW))).toMatchObject({ type: 'next', step: 'transfer' })
  })
})

describe('an order without a template whose server is not bound', () => {
  it('looks for the server at install, where it has nothing to name', async () => {
    expect(await STEPS.create['install']?.(runOf(null, {}))).toMatchObject({ type: 'next', step: 'settle' })
  })
})
