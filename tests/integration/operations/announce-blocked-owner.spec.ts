import { describe, expect, it } from 'vitest'
import { announceBlockedOwner } from '../../../server/domains/operations/announce-blocked-owner.ts'
import { describeNotification } from '../../../server/messages/en/notifications.ts'
import { openStage, type Stage } from '../engine/support.ts'

const OWNER = 2

async function orderIn(stage: Stage, state: 'needs_attention' | 'running') {
  const { operation, server } = await stage.order()
  await stage.services.db.operation.update({ where: { id: operation.id }, data: { state, ownerLock: OWNER } })
  return { operation, server }
}

async function wait(stage: Stage, holderId: string) {
  const { operation } = await stage.order()
  const diagnosis = { code: 'waiting_for_owner', params: { ownerId: OWNER, reference: 'vps-x', operationId: holderId } }
  await stage.services.db.operation.update({ where: { id: operation.id }, data: { state: 'waiting', diagnosis } })
  return operation
}

const announce = (stage: Stage, operationId: string) => stage.services.db.$transaction((tx) => announceBlockedOwner(tx, stage.services, { ownerId: OWNER, operationId }))
const told = (stage: Stage) => stage.services.db.notification.findMany({ where: { code: 'owner_blocked' } })

describe('orders that wait behind a decision', () => {
  it('are told of with their number, once per number', async () => {
    const stage = await openStage()
    const { operation, server } = await orderIn(stage, 'needs_attention')
    await wait(stage, operation.id)
    await announce(stage, operation.id)
    await announce(stage, operation.id)
    const [first, ...more] = await told(stage)
    expect(more).toEqual([])
    expect(first).toMatchObject({ userId: stage.admin.user.id, level: 'warning', link: `/admin/operations/${operation.id}` })
    expect(describeNotification('owner_blocked', first?.params).title).toBe(`1 order waits behind the decision about ${server.reference}`)
  })

  it('replace the number that nobody has read yet, and leave the one that was read', async () => {
    const stage = await openStage()
    const { operation, server } = await orderIn(stage, 'needs_attention')
    await wait(stage, operation.id)
    await announce(stage, operation.id)
    await wait(stage, operation.id)
    await announce(stage, operation.id)
    expect((await told(stage)).map(({ params }) => describeNotification('owner_blocked', params).title)).toEqual([`2 orders wait behind the decision about ${server.reference}`])
    await stage.services.db.notification.updateMany({ data: { readAt: new Date() } })
    await wait(stage, operation.id)
    await announce(stage, operation.id)
    expect(await told(stage)).toHaveLength(2)
  })

  it('are no news while the order before them goes on by itself, or while nobody waits', async () => {
    const stage = await openStage()
    const running = await orderIn(stage, 'running')
    await wait(stage, running.operation.id)
    await announce(stage, running.operation.id)
    const alone = await openStage()
    const { operation } = await orderIn(alone, 'needs_attention')
    await announce(alone, operation.id)
    expect([await told(stage), await told(alone)]).toEqual([[], []])
  })
})
