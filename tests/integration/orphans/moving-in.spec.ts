import { describe, expect, it } from 'vitest'
import type { AdoptPreviewRow, AdoptRow } from '../../../shared/schemas/orphans.ts'
import { changeServer, makeServer } from '../../../simulator/control/by-hand.ts'
import { adoptMany, previewAdoption } from '../../../server/domains/orphans/adopt-many.ts'
import { sweep } from '../../../server/engine/sweep.ts'
import { openStage, type Stage } from '../engine/support.ts'

const HERE = 'https://berth.example.com'
const HEADING = 'virtfusion_server_id,customer_email,customer_name,plan'

/** A panel that was there before Berth: each owner with servers of their own, seen by a sweep. Answers numbers of users and servers. */
async function openPanel(owners: { email: string, relation?: number, servers?: number }[]) {
  const stage = await openStage()
  const { control } = stage.simulator
  const known: { userId: number, servers: number[] }[] = []
  for (const { email, relation, servers = 1 } of owners) {
    const userId = await makeAtPanel(stage, { name: 'Some owner', email, ...(relation ? { extRelationId: relation } : {}) })
    known.push({ userId, servers: Array.from({ length: servers }, (_, index) => (makeServer(control, { userId, name: `old-${userId}-${index}` }) as { id: number }).id) })
  }
  await sweep(stage.services, new AbortController().signal, { pause: async () => {} })
  return { stage, db: stage.services.db, known, serverOf: (owner: number, place = 0) => known[owner]?.servers[place] ?? 0, userOf: (owner: number) => known[owner]?.userId ?? 0 }
}

async function makeAtPanel(stage: Stage, body: object): Promise<number> {
  const answer = await fetch(`${stage.simulator.url}/api/v1/users`, {
    method: 'POST', headers: { 'authorization': `Bearer ${stage.simulator.token}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
  })
  const { data } = await answer.json() as { data: { id: number } }
  return data.id
}

const preview = async (stage: Stage, lines: string[], heading = HEADING) => (await previewAdoption(stage.admin, { csv: [heading, ...lines].join('\n') })).rows

/** The rows that the dialog sends for what a preview has shown. */
function rowsOf(shown: readonly AdoptPreviewRow[]): AdoptRow[] {
  return shown.flatMap(({ adopt }) => {
    if (!adopt) return []
    const { orphanId, customer: { id, name, email }, plan, link } = adopt
    return [{ orphanId, planId: plan.id, ...(id ? { customerId: id } : { newCustomer: { name, email } }), ...(link?.owner ? { link: link.owner } : {}) }]
  })
}

describe('new customers of a table', () => {
  it('shows them before anything is made, and makes one for all lines with the same address, with the adoption, an audit line and a link to sign in', async () => {
    const { stage, db, serverOf } = await openPanel([{ email: 'a@old.example', servers: 3 }])
    const shown = await preview(stage, [`${serverOf(0)},Ada@Example.com,Ada,Small`, `${serverOf(0, 1)},ada@example.com,Ada Lovelace,Small`, `${serverOf(0, 2)},nobody@example.com,,Small`])
    expect(shown.map(({ adopt }) => adopt?.customer)).toEqual([{ id: null, name: 'Ada', email: 'ada@example.com' }, { id: null, name: 'Ada', email: 'ada@example.com' }, undefined])
    expect(shown[1]?.notes).toEqual(['Line 1 names this customer Ada, and that name stands.'])
    expect(shown[2]?.error).toContain('customer_name')
    expect(await db.user.count({ where: { email: 'ada@example.com' } })).toBe(0)

    const { rows } = await adoptMany(stage.admin, { rows: rowsOf(shown) }, HERE)
    const ada = await db.user.findUniqueOrThrow({ where: { email: 'ada@example.com' } })
    expect(ada).toMatchObject({ name: 'Ada', role: 'customer', passwordHash: null })
    expect(await db.server.count({ where: { customerId: ada.id } })).toBe(2)
    expect(rows.flatMap(({ newCustomer }) => newCustomer ?? [])).toEqual([{ id: ada.id, name: 'Ada', email: 'ada@example.com', invitation: { url: expect.stringContaining(`${HERE}/invitation/`), expiresAt: expect.any(String) } }])
    expect(await db.auditEvent.findMany({ where: { action: 'customer.created' } })).toMatchObject([{ entityId: ada.id, actorId: stage.admin.user.id, after: { email: 'ada@example.com', hasPassword: false } }])
  })

  it('makes nothing twice when the same is sent again, at the same moment or later', async () => {
    const { stage, db, serverOf } = await openPanel([{ email: 'a@old.example', servers: 2 }])
    const rows = rowsOf(await preview(stage, [`${serverOf(0)},ada@example.com,Ada,Small`, `${serverOf(0, 1)},ada@example.com,Ada,Small`]))
    const [first, second] = await Promise.all([adoptMany(stage.admin, { rows }, HERE), adoptMany(stage.admin, { rows }, HERE)])
    // Whoever came second takes the customer of the first, and loses no more than the server.
    expect([...first.rows, ...second.rows].filter(({ error }) => error?.includes('address exists already'))).toEqual([])
    expect([...first.rows, ...second.rows].filter(({ newCustomer }) => newCustomer?.invitation)).toHaveLength(1)
    const again = await adoptMany(stage.admin, { rows }, HERE)
    expect(again.rows).toMatchObject([{ error: null, server: {} }, { error: null, server: {} }])
    // The links stood in the first answer: where that was lost, it is said who has none.
    expect(again.rows.map(({ newCustomer }) => newCustomer)).toMatchObject([{ email: 'ada@example.com', invitation: null }, { email: 'ada@example.com', invitation: null }])
    expect(await db.user.count({ where: { email: 'ada@example.com' } })).toBe(1)
    expect(await db.server.count()).toBe(2)
    expect(await db.auditEvent.count({ where: { action: 'customer.created' } })).toBe(1)
  })

  it('makes nobody for a server that the panel no longer has, nor from a table that no preview has shown', async () => {
    const { stage, db, serverOf } = await openPanel([{ email: 'a@old.example', servers: 2 }])
    const lines = [`${serverOf(0)},ada@example.com,Ada,Small`, `${serverOf(0, 1)},grace@example.com,Grace,Small`]
    const rows = rowsOf(await preview(stage, lines))
    changeServer(stage.simulator.control, serverOf(0), { vanish: true })
    const unseen = await adoptMany(stage.admin, { csv: [HEADING, ...lines].join('\n') }, HERE)
    expect(unseen.rows[1]).toMatchObject({ server: null, error: expect.stringContaining('only as a preview has shown it') })
    expect(await db.user.count({ where: { role: 'customer' } })).toBe(1)
    const { rows: results } = await adoptMany(stage.admin, { rows }, HERE)
    expect(results).toMatchObject([{ server: null, error: 'The panel no longer has this server.' }, { server: {}, error: null }])
    expect(await db.user.findMany({ where: { email: { in: ['ada@example.com', 'grace@example.com'] } }, select: { name: true } })).toEqual([{ name: 'Grace' }])
  })

  it.each([
    ['an address that is none', 'ada at example,Ada', '"ada at example" is no e-mail address.'],
    ['a name that is too long', `ada@example.com,${'A'.repeat(101)}`, 'too long'],
    ['an address without a name', 'ada@example.com,', 'no customer with the e-mail address "ada@example.com"'],
    ['no address', ',Ada', 'no e-mail address'],
    ['a character that was lost on the way here', 'ada@example.com,Ren\uFFFDe', 'CSV UTF-8'],
  ])('refuses %s, and says what was typed', async (_what, cells, words) => {
    const { stage, serverOf } = await openPanel([{ email: 'a@old.example' }])
    expect(await preview(stage, [`${serverOf(0)},${cells},Small`])).toMatchObject([{ adopt: null, error: expect.stringContaining(words), typed: { plan: 'Small' } }])
  })

  it('gives no server to an admin, and takes a customer who exists as known, whatever name stands beside the address', async () => {
    const { stage, db, serverOf } = await openPanel([{ email: 'a@old.example', servers: 2 }])
    const customer = await db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
    const shown = await preview(stage, [`${serverOf(0)},${stage.admin.user.email},Root,Small`, `${serverOf(0, 1)},${customer.email},Another,Small`])
    expect(shown[0]?.error).toContain('address of an admin')
    expect(shown[1]?.adopt?.customer).toMatchObject({ id: customer.id, name: customer.name })
  })
})

describe('links to the owners of adopted servers', () => {
  const lookUp = async (stage: Stage, shown: readonly AdoptPreviewRow[]) => (await previewAdoption(stage.admin, { rows: rowsOf(shown), withLinks: true })).rows
  const linksOf = (shown: readonly AdoptPreviewRow[]) => shown.map(({ adopt }) => adopt?.link)

  it('shows for whom it will be, links new and known customers by their address, and each with an audit line of its own', async () => {
    const { stage, db, serverOf, userOf } = await openPanel([{ email: 'ADA@example.com', relation: 41, servers: 2 }, { email: 'customer@example.com', relation: 42 }])
    await db.user.update({ where: { id: stage.customerId }, data: { email: 'customer@example.com' } })
    const shown = await lookUp(stage, await preview(stage, [`${serverOf(0)},ada@example.com,Ada,Small`, `${serverOf(0, 1)},ada@example.com,Ada,Small`, `${serverOf(1)},customer@example.com,,Small`]))
    const [ada, known] = [{ virtfusionUserId: userOf(0), extRelationId: 41 }, { virtfusionUserId: userOf(1), extRelationId: 42 }]
    expect(linksOf(shown)).toEqual([{ owner: ada, refusal: null }, { owner: ada, refusal: null }, { owner: known, refusal: null }])
    expect(await db.user.count({ where: { virtfusionUserId: { not: null } } })).toBe(0)

    const rows = rowsOf(shown)
    const { rows: results } = await adoptMany(stage.admin, { rows }, HERE)
    expect(results.map(({ link }) => link)).toEqual([{ error: null }, { error: null }, { error: null }])
    expect(await db.user.findUniqueOrThrow({ where: { email: 'ada@example.com' } })).toMatchObject({ virtfusionUserId: userOf(0), virtfusionExtRelationId: 41 })
    expect(await db.user.findUniqueOrThrow({ where: { id: stage.customerId } })).toMatchObject({ virtfusionUserId: userOf(1), virtfusionExtRelationId: 42 })
    const audited = () => db.auditEvent.findMany({ where: { action: 'customer.linked' } })
    expect(await audited()).toMatchObject([{ after: { reason: expect.stringContaining('Moving in'), panelEmail: expect.any(String) } }, {}])

    // The answer may have been lost: the same again tells the same, and writes nothing.
    expect((await adoptMany(stage.admin, { rows }, HERE)).rows.map(({ link }) => link?.error)).toEqual([null, null, null])
    expect(await audited()).toHaveLength(2)
  })

  it('links nobody where it was not asked for', async () => {
    const { stage, db, serverOf } = await openPanel([{ email: 'ada@example.com', relation: 41 }])
    await adoptMany(stage.admin, { rows: rowsOf(await preview(stage, [`${serverOf(0)},ada@example.com,Ada,Small`])) }, HERE)
    expect(await db.user.count({ where: { virtfusionUserId: { not: null } } })).toBe(0)
  })

  it.each<[string, string, (opened: Awaited<ReturnType<typeof openPanel>>) => Promise<unknown>]>([
    ['has another address at the panel', 'has another e-mail address', async ({ stage, userOf }) => { Object.assign(stage.simulator.control.state.users.get(userOf(0)) ?? {}, { email: 'else@example.com' }) }],
    ['is known to the panel by no relation', 'external relation', async ({ stage, userOf }) => { Object.assign(stage.simulator.control.state.users.get(userOf(0)) ?? {}, { extRelationId: null }) }],
    ['is an administrator of the panel', 'administrator', async ({ stage, userOf }) => { Object.assign(stage.simulator.control.state.users.get(userOf(0)) ?? {}, { admin: true }) }],
    ['owns the servers of a whole plan', 'owns all servers of the plan', ({ db, userOf }) => db.plan.create({ data: { name: 'Shared', features: { virtfusion_package_id: 1, virtfusion_user_id: userOf(0), virtfusion_hypervisor_id: 1 } } })],
    ['is another customer', 'already', ({ db, userOf }) => db.user.create({ data: { email: 'grace@example.com', name: 'Grace', role: 'customer', virtfusionUserId: userOf(0) } })],
  ])('says why not where the owner %s, before and at the link, and adopts all the same', async (_what, words, arrange) => {
    const opened = await openPanel([{ email: 'ada@example.com', relation: 41 }])
    const { stage, db, serverOf, userOf } = opened
    const shown = await preview(stage, [`${serverOf(0)},ada@example.com,Ada,Small`])
    await arrange(opened)
    expect(linksOf(await lookUp(stage, shown))).toEqual([{ owner: null, refusal: expect.stringContaining(words) }])
    // As if it had become so after the preview.
    const [row] = rowsOf(shown)
    if (!row) throw new Error('no row')
    const { rows } = await adoptMany(stage.admin, { rows: [{ ...row, link: { virtfusionUserId: userOf(0), extRelationId: 41 } }] }, HERE)
    expect(rows).toMatchObject([{ error: null, link: { error: expect.stringContaining(words) } }])
    expect(await db.user.findUniqueOrThrow({ where: { email: 'ada@example.com' } })).toMatchObject({ virtfusionUserId: null })
  })

  it('links nobody to the owner of a server that goes to somebody else, nor a customer who has a link', async () => {
    const { stage, db, serverOf, userOf } = await openPanel([{ email: 'ada@example.com', relation: 41, servers: 2 }, { email: 'customer@example.com', relation: 42 }])
    await db.user.update({ where: { id: stage.customerId }, data: { email: 'customer@example.com', virtfusionUserId: 77 } })
    const shown = await preview(stage, [`${serverOf(0)},ada@example.com,Ada,Small`, `${serverOf(0, 1)},grace@example.com,Grace,Small`, `${serverOf(1)},customer@example.com,,Small`])
    expect(linksOf(shown)).toEqual([
      { owner: null, refusal: expect.stringContaining('line 2, which goes to Grace') }, { owner: null, refusal: expect.stringContaining('line 1, which goes to Ada') }, { owner: null, refusal: expect.stringContaining('user 77 already') },
    ])
    const rows = rowsOf(shown).map((row) => ({ ...row, link: { virtfusionUserId: userOf(0), extRelationId: 41 } }))
    const { rows: results } = await adoptMany(stage.admin, { rows }, HERE)
    expect(results.map(({ link }) => link?.error)).toEqual([expect.stringContaining('servers of other customers'), expect.stringContaining('another e-mail address'), expect.stringContaining('does not own this server')])
    expect(await db.user.findMany({ where: { virtfusionUserId: { not: null } }, select: { id: true } })).toEqual([{ id: stage.customerId }])
  })

  it('fails as a whole while the panel can\'t be asked: unknown is no refusal', async () => {
    const { stage, serverOf } = await openPanel([{ email: 'ada@example.com', relation: 41 }])
    const shown = await preview(stage, [`${serverOf(0)},ada@example.com,Ada,Small`])
    stage.simulator.control.faults.add({ operation: 'GET /users/{extRelationId}/byExtRelation', kind: 'status', status: 403 })
    await expect(lookUp(stage, shown)).rejects.toMatchObject({ code: 'panel_unavailable' })
  })
})
