import { describe, expect, it } from 'vitest'
import { openStage, type Stage } from './support.ts'

function read(stage: Stage, readings: Partial<Stage['simulator']['control']['settings']['readings']>) {
  const { settings } = stage.simulator.control
  stage.simulator.control.settings = { ...settings, readings: { ...settings.readings, ...readings } }
}

describe('a panel that answers a taken e-mail with a conflict', () => {
  it('fails the order with what to do, instead of letting it wait for good', async () => {
    const stage = await openStage()
    read(stage, { duplicateUser: 409 })
    await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
    await stage.services.db.user.update({ where: { id: stage.customerId }, data: { email: 'resale@panel.example' } })
    stage.startWorker()
    expect(await stage.until((await stage.order()).operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'owner_not_resolved' } })
    expect(stage.simulator.control.ledger.calls.filter(({ operation }) => operation === 'POST /users')).toHaveLength(1)
  })
})

describe('a panel that takes a power action without a word', () => {
  it('is believed, and the server itself tells how it ended', async () => {
    const stage = await openStage()
    read(stage, { powerAnswer: 'empty' })
    stage.startWorker()
    const server = await stage.activeServer()
    const { id } = await stage.ask(server.id, 'poweroff')
    await stage.until(id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ power: 'stopped' })
    expect(await stage.services.db.provisioningLog.findMany({ where: { operationId: id, method: 'POST' }, omit: { sequence: true } })).toMatchObject([{ outcome: 'ok', effect: 'done', httpStatus: 204 }])
  })
})
