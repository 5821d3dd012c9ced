import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../server/db/open-database.ts'
import { spendHarm } from '../../../server/engine/harm/harm-store.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => { scene = await openScene() })
afterEach(() => scene.services.close())

const alarms = () => scene.services.db.harmAlarm.findMany()

describe('spendHarm', () => {
  it('lets exactly as many through as are allowed when sixty-four ask at once, raises one alarm, and tells each admin once', async () => {
    await scene.setLimits(20)
    const operations = [...await scene.operations(30, 'delete'), ...await scene.operations(20, 'suspend'), ...await scene.operations(14, 'rebuild')]
    // Every other one from a second process with connections of its own: there only the lock in the database stands between them.
    const second = openDatabase(scene.services.url, { onError: () => {} })
    const elsewhere = { ...scene.services, db: second.prisma }
    const answers = await Promise.all(operations.map(({ id, serverId, kind }, index) => spendHarm(index % 2 ? elsewhere : scene.services, { operationId: id, serverId, kind })))
    await second.close()
    expect(answers.filter((answer) => answer === 'pass')).toHaveLength(20)
    expect(await scene.services.db.harmEvent.count()).toBe(20)
    expect(await alarms()).toMatchObject([{ counted: 20, allowed: 20, fleet: 64, decidedAt: null }])
    expect(await scene.services.db.notification.findMany()).toMatchObject([{ code: 'mass_harm_stopped', level: 'error', link: '/admin/safety', params: { counted: 20, allowed: 20 }, userId: scene.admin.user.id }])
  })

  it('allows a share of a large fleet where that is more than the number', async () => {
    await scene.setLimits(1, 50)
    const operations = await scene.operations(6)
    expect(await scene.gate(...operations)).toEqual(['pass', 'pass', 'pass', 'hold', 'hold', 'hold'])
  })

  it('counts the same operation once, and lets it go on after the alarm', async () => {
    await scene.setLimits(1)
    const [first, second] = await scene.operations(2)
    if (!first || !second) throw new Error('no operations')
    expect(await Promise.all([first, first, first].map(scene.spend))).toEqual(['pass', 'pass', 'pass'])
    expect(await scene.spend(second)).toBe('hold')
    expect(await scene.spend(first)).toBe('pass')
    expect(await scene.services.db.harmEvent.count()).toBe(1)
  })

  it('lets what took its place and came to nothing ask anew an hour later, with all the others', async () => {
    await scene.setLimits(1)
    const [first, second] = await scene.operations(2)
    if (!first || !second) throw new Error('no operations')
    expect(await scene.spend(first)).toBe('pass')
    await scene.age(61)
    expect(await scene.spend(second)).toBe('pass')
    expect(await scene.spend(first)).toBe('hold')
  })

  it('counts the second try of the same operation in the hour in which it is made', async () => {
    await scene.setLimits(1)
    const [first, second] = await scene.operations(2)
    if (!first || !second) throw new Error('no operations')
    await scene.spend(first)
    await scene.age(61)
    expect(await scene.gate(first, second)).toEqual(['pass', 'hold'])
    expect(await scene.services.db.harmEvent.count()).toBe(1)
  })

  it('has room again an hour later, but not while the alarm stands', async () => {
    await scene.setLimits(2)
    const [a, b, c, d] = await scene.operations(4)
    if (!a || !b || !c || !d) throw new Error('no operations')
    expect(await scene.gate(a, b)).toEqual(['pass', 'pass'])
    await scene.age(61)
    expect(await scene.spend(c)).toBe('pass')
    await scene.setLimits(1)
    expect(await scene.spend(d)).toBe('hold')
    await scene.age(61)
    expect(await scene.spend(d)).toBe('hold')
  })

  it('counts by the database\'s clock: a process whose clock jumps a year lets nothing more through', async () => {
    await scene.setLimits(2)
    const operations = await scene.operations(5)
    const inAYear = { ...scene.services, now: () => new Date(Date.now() + 366 * 86_400_000) }
    const answers: string[] = []
    for (const [index, { id, serverId, kind }] of operations.entries()) answers.push(await spendHarm(index % 2 ? inAYear : scene.services, { operationId: id, serverId, kind }))
    expect(answers).toEqual(['pass', 'pass', 'hold', 'hold', 'hold'])
  })

  it('is not deaf after a decision that was written while the database\'s clock ran ahead', async () => {
    await scene.setLimits(1)
    const ahead = new Date(Date.now() + 366 * 86_400_000)
    await scene.services.db.harmAlarm.create({ data: { counted: 1, allowed: 1, fleet: 1, decision: 'confirmed', reason: 'then', decidedAt: ahead, createdAt: ahead } })
    const [a, b] = await scene.operations(2)
    if (!a || !b) throw new Error('no operations')
    expect(await scene.gate(a, b)).toEqual(['pass', 'hold'])
  })

  it('neither counts nor stops what harms nobody', async () => {
    await scene.setLimits(1)
    const [a, b, c] = await scene.operations(3)
    if (!a || !b || !c) throw new Error('no operations')
    await scene.gate(a, b)
    expect(await scene.spend({ ...c, kind: 'unsuspend' })).toBe('pass')
    expect(await scene.services.db.harmEvent.count()).toBe(1)
  })

  it('keeps nothing of the panel\'s or of people in what it tells', async () => {
    await scene.setLimits(1)
    await scene.gate(...await scene.operations(2))
    expect(await scene.services.db.notification.findMany({ select: { params: true } })).toEqual([{ params: { counted: 1, allowed: 1 } }])
  })
})
