import { describe, expect, it } from 'vitest'
import { linkPanelUser } from '../../../server/domains/customers/link-panel-user.ts'
import { lookAtPanelUser } from '../../../server/domains/customers/look-at-panel-user.ts'
import { unlinkPanelUser } from '../../../server/domains/customers/unlink-panel-user.ts'
import { enterSafeMode } from '../../../server/domains/identity/enter-safe-mode.ts'
import { openStage, type Stage } from '../engine/support.ts'

const RELATION = 42
const REASON = 'He wrote from this address'

/** Makes a user at the panel, as another system has done it before; answers its number there. */
async function makeAtPanel(stage: Stage, body: object): Promise<number> {
  const answer = await fetch(`${stage.simulator.url}/api/v1/users`, {
    method: 'POST', headers: { 'authorization': `Bearer ${stage.simulator.token}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
  })
  const { data } = await answer.json() as { data: { id: number } }
  return data.id
}

/** A customer whose e-mail address the panel knows already, under a relation that another system gave. */
async function openKnown() {
  const stage = await openStage()
  const { db } = stage.services
  await db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
  const customer = await db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
  const virtfusionUserId = await makeAtPanel(stage, { name: 'Some customer', email: customer.email, extRelationId: RELATION })
  const link = (different: object = {}) => linkPanelUser(stage.admin, stage.customerId, { extRelationId: RELATION, virtfusionUserId, reason: REASON, operationIds: [], ...different })
  const look = () => lookAtPanelUser(stage.admin, stage.customerId, RELATION)
  const row = () => db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
  return { stage, db, customer, virtfusionUserId, link, look, row }
}

type Known = Awaited<ReturnType<typeof openKnown>>

describe('linkPanelUser', () => {
  it('shows the panel\'s user, links it with its reason, and lets the order go on that had stopped and was chosen', async () => {
    const { stage, db, customer, virtfusionUserId, link, look, row } = await openKnown()
    stage.startWorker()
    const { server, operation } = await stage.order()
    expect(await stage.until(operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'owner_not_resolved' } })
    expect(await look()).toEqual({ virtfusionUserId, extRelationId: RELATION, name: 'Some customer', email: customer.email, refusal: null, orders: [
      { operationId: operation.id, server: { id: server.id, reference: server.reference, name: server.name }, plan: 'Small', createdAt: operation.createdAt.toISOString() },
    ] })

    expect(await link({ operationIds: [operation.id] })).toMatchObject({ virtfusionUserId, virtfusionExtRelationId: RELATION })
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionOwnerId: virtfusionUserId })
    expect(await row()).toMatchObject({ virtfusionUserId, virtfusionExtRelationId: RELATION })
    expect(await db.auditEvent.findFirstOrThrow({ where: { action: 'customer.linked' } })).toMatchObject({ entityId: stage.customerId, actorId: stage.admin.user.id, after: { virtfusionUserId, virtfusionExtRelationId: expect.any(Number), panelName: expect.any(String), panelEmail: expect.any(String), reason: REASON, operationIds: [operation.id] } })
  })

  it('orders nothing that was not chosen: an order that failed may have been made anew since', async () => {
    const { stage, db, link, look } = await openKnown()
    stage.startWorker()
    const failed = [await stage.order(), await stage.order(), await stage.order()]
    for (const { operation } of failed) await stage.until(operation.id, 'failed')
    const [old, , newest] = failed.map(({ operation }) => operation.id)
    expect((await look()).orders.map(({ operationId }) => operationId)).toEqual(failed.map(({ operation }) => operation.id).reverse())

    await link({ operationIds: [newest] })
    await stage.until(newest ?? '', 'succeeded')
    expect(await db.operation.findUniqueOrThrow({ where: { id: old } })).toMatchObject({ state: 'failed', diagnosis: { code: 'owner_not_resolved' } })
    expect(stage.effects('server.created')).toBe(1)
  })

  it('lets nobody else\'s order go on, nor one that stopped for another reason', async () => {
    const { stage, db, link } = await openKnown()
    const [other, own] = [await stage.order(), await stage.order()]
    const neighbour = await db.user.create({ data: { email: 'neighbour@example.com', name: 'A neighbour', role: 'customer' } })
    await db.server.update({ where: { id: other.server.id }, data: { customerId: neighbour.id } })
    await db.operation.updateMany({ where: { id: other.operation.id }, data: { state: 'failed', diagnosis: { code: 'owner_not_resolved', params: {} } } })
    await db.operation.updateMany({ where: { id: own.operation.id }, data: { state: 'failed', diagnosis: { code: 'no_capacity', params: {} } } })
    await link({ operationIds: [other.operation.id, own.operation.id] })
    expect(await db.operation.count({ where: { state: 'failed' } })).toBe(2)
  })

  const REFUSED: [string, (known: Known) => Promise<unknown>, string][] = [
    ['an administrator', async ({ stage, virtfusionUserId }) => { Object.assign(stage.simulator.control.state.users.get(virtfusionUserId) ?? {}, { admin: true }) }, 'administrator'],
    ['another customer\'s user', ({ db, virtfusionUserId }) => db.user.create({ data: { email: 'grace@example.com', name: 'Grace', role: 'customer', virtfusionUserId } }), 'Grace'],
    ['another customer\'s relation', ({ db }) => db.user.create({ data: { email: 'grace@example.com', name: 'Grace', role: 'customer', virtfusionExtRelationId: RELATION } }), 'Grace'],
    ['the owner that a plan gives its servers to', ({ db, virtfusionUserId }) => db.plan.updateMany({ data: { features: { virtfusion_package_id: 1, virtfusion_user_id: virtfusionUserId, virtfusion_hypervisor_id: 1 } } }), 'the plan Small'],
    ['a throw-away user', async ({ stage, db, virtfusionUserId }) => {
      const { operation } = await stage.order()
      await db.escrowUser.create({ data: { relation: 'berth-1', virtfusionUserId, operationId: operation.id } })
    }, 'single order'],
  ]
  it.each(REFUSED)('refuses %s, before and at the link, and changes nothing', async (_, arrange, words) => {
    const known = await openKnown()
    await arrange(known)
    expect((await known.look()).refusal).toContain(words)
    await expect(known.link()).rejects.toMatchObject({ reason: 'panel_user_refused', message: expect.stringContaining(words) })
    expect(await known.row()).toMatchObject({ virtfusionUserId: null, virtfusionExtRelationId: known.customer.virtfusionExtRelationId })
    expect(await known.db.auditEvent.count()).toBe(0)
  })

  it('refuses another user than the one that was shown', async () => {
    const { link, row } = await openKnown()
    await expect(link({ virtfusionUserId: 1 })).rejects.toMatchObject({ reason: 'panel_user_changed' })
    expect(await row()).toMatchObject({ virtfusionUserId: null })
  })

  it('refuses a customer who has a user already: his servers belong to that one', async () => {
    const { db, stage, link } = await openKnown()
    await db.user.update({ where: { id: stage.customerId }, data: { virtfusionUserId: 77 } })
    await expect(link()).rejects.toMatchObject({ reason: 'panel_user_known', message: expect.stringContaining('77') })
  })

  it('believes no panel in safe mode', async () => {
    const { db, stage, link, row } = await openKnown()
    await enterSafeMode(db, stage.services, { code: 'mass_vanish', params: {} })
    await expect(link()).rejects.toMatchObject({ reason: 'safe_mode' })
    expect(await row()).toMatchObject({ virtfusionUserId: null })
  })

  it('names the field for a relation that nobody has, and is no way to an admin\'s row', async () => {
    const { stage, look } = await openKnown()
    await expect(lookAtPanelUser(stage.admin, stage.customerId, 4711)).rejects.toMatchObject({ code: 'invalid_input', fields: { extRelationId: expect.stringContaining('4711') } })
    await expect(lookAtPanelUser(stage.admin, stage.admin.user.id, RELATION)).rejects.toMatchObject({ code: 'not_found' })
    expect(await look()).toMatchObject({ refusal: null })
  })
})

describe('unlinkPanelUser', () => {
  const MISTAKE = 'It was the other Ada'

  async function openLinked() {
    const known = await openKnown()
    await known.link()
    const { stage, virtfusionUserId } = known
    const unlink = (different: object = {}) => unlinkPanelUser(stage.admin, stage.customerId, { virtfusionUserId, reason: MISTAKE, ...different })
    return { ...known, unlink }
  }

  it('takes both numbers back, remembers whose the panel\'s was, and writes down who undid it and why', async () => {
    const { stage, db, customer, virtfusionUserId, unlink, row } = await openLinked()
    const { virtfusionExtRelationId } = customer
    expect(await unlink()).toMatchObject({ virtfusionUserId: null, virtfusionExtRelationId })
    expect(await row()).toMatchObject({ virtfusionUserId: null, virtfusionExtRelationId })
    expect(await db.formerPanelUser.findMany()).toMatchObject([{ virtfusionUserId, customerId: stage.customerId }])
    expect(await db.auditEvent.findFirstOrThrow({ where: { action: 'customer.unlinked' } })).toMatchObject({
      entityId: stage.customerId, actorId: stage.admin.user.id, before: { virtfusionUserId, virtfusionExtRelationId: RELATION }, after: { virtfusionUserId: null, virtfusionExtRelationId, reason: MISTAKE },
    })
  })

  it('lets the same customer be linked anew, and nobody else to that user for a while', async () => {
    const { stage, db, link, unlink, virtfusionUserId } = await openLinked()
    await unlink()
    const other = await db.user.create({ data: { email: 'grace@example.com', name: 'Grace', role: 'customer' } })
    await expect(linkPanelUser(stage.admin, other.id, { extRelationId: RELATION, virtfusionUserId, reason: REASON, operationIds: [] })).rejects.toMatchObject({ reason: 'panel_user_refused' })
    expect(await link()).toMatchObject({ virtfusionUserId })
  })

  it.each([
    ['the link went by the customer\'s own relation', async ({ db, stage }: Known) => { await db.user.update({ where: { id: stage.customerId }, data: { virtfusionExtRelationId: RELATION } }) }],
    ['the former one is somebody else\'s by now', async ({ db, link, customer: { virtfusionExtRelationId } }: Known) => {
      await link()
      await db.user.create({ data: { email: 'grace@example.com', name: 'Grace', role: 'customer', virtfusionExtRelationId } })
    }],
  ])('gives a new relation where %s, so that the same user is not found again', async (_, arrange) => {
    const known = await openKnown()
    await arrange(known)
    const { stage, virtfusionUserId, customer, link, row } = known
    if ((await row()).virtfusionUserId === null) await link()
    const { virtfusionExtRelationId } = await unlinkPanelUser(stage.admin, stage.customerId, { virtfusionUserId, reason: MISTAKE })
    expect([RELATION, customer.virtfusionExtRelationId]).not.toContain(virtfusionExtRelationId)
    expect(await row()).toMatchObject({ virtfusionUserId: null, virtfusionExtRelationId })
  })

  it('is refused while an operation of the customer\'s servers is not over, and not for a deletion that waits for its day', async () => {
    const { stage, db, unlink, row, virtfusionUserId } = await openLinked()
    const { operation, server } = await stage.order()
    await expect(unlink()).rejects.toMatchObject({ reason: 'operation_active', message: expect.stringContaining('1 operation') })
    expect(await row()).toMatchObject({ virtfusionUserId })
    await db.operation.updateMany({ where: { id: operation.id }, data: { state: 'cancelled', finishedAt: new Date() } })
    await stage.ask(server.id, 'delete', {}, new Date(Date.now() + 3_600_000))
    expect(await unlink()).toMatchObject({ virtfusionUserId: null })
  })

  it('refuses another user than the one that was shown, and an admin\'s row', async () => {
    const { stage, unlink, row, virtfusionUserId } = await openLinked()
    await expect(unlink({ virtfusionUserId: virtfusionUserId + 1 })).rejects.toMatchObject({ reason: 'panel_user_changed' })
    await expect(unlinkPanelUser(stage.admin, stage.admin.user.id, { virtfusionUserId, reason: MISTAKE })).rejects.toMatchObject({ code: 'not_found' })
    expect(await row()).toMatchObject({ virtfusionUserId })
  })
})
