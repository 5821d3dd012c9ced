import { describe, expect, it } from 'vitest'
import { linkPanelUser } from '../../../server/domains/customers/link-panel-user.ts'
import { lookAtPanelUser } from '../../../server/domains/customers/look-at-panel-user.ts'
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
  const link = (different: object = {}) => linkPanelUser(stage.admin, stage.customerId, { extRelationId: RELATION, virtfusionUserId, reason: REASON, ...different })
  const look = () => lookAtPanelUser(stage.admin, stage.customerId, RELATION)
  const row = () => db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
  return { stage, db, customer, virtfusionUserId, link, look, row }
}

type Known = Awaited<ReturnType<typeof openKnown>>

describe('linkPanelUser', () => {
  it('shows the panel\'s user, links it with its reason, and lets the order go on that had stopped', async () => {
    const { stage, db, customer, virtfusionUserId, link, look, row } = await openKnown()
    stage.startWorker()
    const { server, operation } = await stage.order()
    expect(await stage.until(operation.id, 'failed')).toMatchObject({ diagnosis: { code: 'owner_not_resolved' } })
    expect(await look()).toEqual({ virtfusionUserId, extRelationId: RELATION, name: 'Some customer', email: customer.email, refusal: null })

    expect(await link()).toMatchObject({ virtfusionUserId, virtfusionExtRelationId: RELATION })
    await stage.until(operation.id, 'succeeded')
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionOwnerId: virtfusionUserId })
    expect(await row()).toMatchObject({ virtfusionUserId, virtfusionExtRelationId: RELATION })
    expect(await db.auditEvent.findFirstOrThrow({ where: { action: 'customer.linked' } })).toMatchObject({ entityId: stage.customerId, actorId: stage.admin.user.id, after: { virtfusionUserId, virtfusionExtRelationId: expect.any(Number), panelName: expect.any(String), panelEmail: expect.any(String), reason: REASON } })
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
