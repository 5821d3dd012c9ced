import { describe, expect, it } from 'vitest'
import { BROKEN_PREMISES, ESCROW_OPERATIONS, type BrokenPremise } from '../../../simulator/premises.ts'
import { model, type Model } from './model.ts'
import { rig } from './support.ts'

const RELATION = '/users/order-1/byExtRelation?relStr=true'
const wish = (userId: number) => ({ packageId: 1, userId, hypervisorId: 1, ipv4: 1 })
const person = (name: string, relStr: string, email = `${name}@shop.invalid`) => ({ name, email, relStr })

/** What each premise says, asked of a panel: true when it holds there. */
const HOLDS: Record<string, (panel: Model) => boolean> = {
  'a create for a user who does not exist is accepted': (panel) => {
    const { status, contentType } = panel.ask('POST', '/servers', wish(99))

    return status === 422 && contentType === 'application/json' && panel.world.state.servers.size === 0
  },
  'deleting a user destroys the servers': deletionIsRefused,
  'deleting a user leaves the servers without an owner': deletionIsRefused,
  'two users may have one relation string': (panel) => {
    panel.user('order-1')

    return panel.ask('POST', '/users', person('other', 'order-1')).status === 422
  },
  'two users may have one e-mail': (panel) => {
    panel.ask('POST', '/users', person('first', 'order-1', 'one@shop.invalid'))

    return panel.ask('POST', '/users', person('second', 'order-2', 'One@shop.invalid')).status === 422
  },
  'a server that is not built keeps its owner': (panel) => {
    const id = panel.server({ userId: panel.user('order-1'), built: false })

    return panel.ask('PUT', `/servers/${id}/owner/2`).status === 201 && panel.ask('GET', `/servers/${id}`).get('data.ownerId') === 2
  },
  'the listing of a user lags behind': listsAllAtOnce,
  'the listing of a user is cut': listsAllAtOnce,
  ...Object.fromEntries(ESCROW_OPERATIONS.map(operation => [`the token lacks ${operation}`, (panel: Model) => mayCall(panel, operation)])),
}

function deletionIsRefused(panel: Model) {
  panel.server({ userId: panel.user('order-1'), built: false })
  const { status } = panel.ask('DELETE', RELATION)
  panel.pass(60_000)

  return status === 409 && panel.world.state.servers.size === 1 && panel.ask('GET', RELATION).status === 200
}

function listsAllAtOnce(panel: Model) {
  const userId = panel.user('order-1')
  const made = [panel.server({ userId, built: false }), panel.server({ userId, built: false })]

  return JSON.stringify(panel.listed(userId)) === JSON.stringify(made)
}

function mayCall(panel: Model, operation: string) {
  const [method = '', path = ''] = operation.split(' ')

  return panel.ask(method, path.replaceAll(/\{[^}]*\}/g, '1'), {}).status !== 403
}

const panelWith = ({ readings, forbidden }: BrokenPremise) =>
  model({ ...(readings && { settings: { readings } }), ...(forbidden && { forbidden }) })

describe('the premises of a create under an owner of its own', () => {
  it.each(Object.entries(HOLDS))('holds by default, unlike where %s', (_name, holds) => {
    expect(holds(model())).toBe(true)
  })

  it.each(BROKEN_PREMISES.map(premise => [premise.name, premise] as const))('fails alone: %s', (name, premise) => {
    expect(HOLDS[name]?.(panelWith(premise))).toBe(false)
    const alsoBroken = Object.entries(HOLDS).filter(([, holds]) => HOLDS[name] !== holds && !holds(panelWith(premise)))
    expect(premise.readings ? alsoBroken.map(([other]) => other) : []).toEqual([])
  })

  it('can be switched over HTTP as well, and refuses values that nothing means', async () => {
    const panel = await rig()
    for (const { readings } of BROKEN_PREMISES) if (readings) expect((await panel.switch('POST', '/settings', { readings })).status).toBe(200)
    expect((await panel.call('POST', '/servers', wish(99))).status).toBe(201)
    for (const readings of [{ createForUnknownUser: 'maybe' }, { deleteUserWithServers: true }, { userListStaleSeconds: -1 }, { userListLimit: 'all' }]) {
      expect((await panel.switch('POST', '/settings', { readings })).status).toBe(422)
    }
  })
})

describe('a user who is deleted with servers', () => {
  it('takes them along: they are destroyed a moment later, with the deletion as their cause', () => {
    const panel = model({ settings: { readings: { deleteUserWithServers: 'cascade' } } })
    const id = panel.server({ userId: panel.user('order-1') })
    panel.ask('DELETE', `/servers/${id}?delay=600`)
    const { call, status } = panel.ask('DELETE', RELATION)
    expect(status).toBe(204)
    panel.pass(2000)
    expect(panel.ask('GET', `/servers/${id}`).status).toBe(404)
    const cause = panel.world.ledger.entries.find(({ effect }) => effect === 'user.deleted')
    expect(cause).toMatchObject({ call })
    expect(panel.world.ledger.entries.at(-1)).toMatchObject({ effect: 'server.deleted', cause: cause?.number })
    panel.pass(86_400_000)
    expect(panel.world.ledger.entries.filter(({ effect }) => effect === 'server.deleted')).toHaveLength(1)
  })

  it('leaves them behind: they show an owner whom nobody can list', () => {
    const panel = model({ settings: { readings: { deleteUserWithServers: 'orphan' } } })
    const userId = panel.user('order-1')
    const id = panel.server({ userId })
    expect(panel.ask('DELETE', RELATION).status).toBe(204)
    panel.pass(86_400_000)
    expect(panel.ask('GET', `/servers/user/${userId}`).status).toBe(404)
    const answer = panel.ask('GET', `/servers/${id}`)
    expect([answer.get('data.ownerId'), answer.get('data.owner')]).toEqual([userId, []])
    expect(panel.ask('GET', '/servers').get('data.0.owner')).toBe(userId)
  })
})

describe('two users with one relation string', () => {
  it('are told apart by nothing: the older one is found and deleted first', () => {
    const panel = model({ settings: { readings: { duplicateRelationString: 'accept' } } })
    const [first, second] = [panel.user('order-1'), Number(panel.ask('POST', '/users', person('other', 'order-1')).get('data.id'))]
    expect(panel.ask('GET', RELATION).get('data.id')).toBe(first)
    panel.ask('DELETE', RELATION)
    expect(panel.ask('GET', RELATION).get('data.id')).toBe(second)
  })

  it('are a conflict where taken users are one', () => {
    const panel = model({ settings: { readings: { duplicateUser: 409 } } })
    panel.user('order-1')
    expect(panel.ask('POST', '/users', person('other', 'order-1')).status).toBe(409)
  })
})

describe('a listing that lags behind', () => {
  it('shows creates, deletions and changes of owner N seconds later, and reads of one server at once', () => {
    const panel = model({ settings: { readings: { userListStaleSeconds: 30 } } })
    const userId = panel.user('order-1')
    const id = panel.server({ userId, built: false })
    expect([panel.listed(userId), panel.ask('GET', `/servers/${id}`).status]).toEqual([[], 200])
    panel.pass(29_000)
    expect(panel.listed(userId)).toEqual([])
    panel.pass(1000)
    expect(panel.listed(userId)).toEqual([id])

    panel.ask('PUT', `/servers/${id}/owner/2`)
    expect([panel.listed(userId), panel.listed(2)]).toEqual([[id], []])
    panel.pass(30_000)
    expect([panel.listed(userId), panel.listed(2)]).toEqual([[], [id]])

    panel.ask('DELETE', `/servers/${id}?delay=0`)
    panel.pass(5000)
    expect([panel.listed(2), panel.ask('GET', `/servers/${id}`).status]).toEqual([[id], 404])
    panel.pass(30_000)
    expect(panel.listed(2)).toEqual([])
    expect(panel.world.state.moves.length).toBeLessThanOrEqual(2)
  })

  it('is whole again as soon as the lag is switched off', () => {
    const panel = model({ settings: { readings: { userListStaleSeconds: 30 } } })
    const id = panel.server({ built: false })
    panel.world.settings.readings.userListStaleSeconds = 0
    expect(panel.listed(2)).toEqual([id])
  })
})

describe('an owner change on a server that is not built', () => {
  it('is refused until the first build has ended, and allowed from then on, also during a rebuild', () => {
    const panel = model({ settings: { readings: { unbuiltOwnerChange: 'refuse' } } })
    const id = panel.server({ built: false })
    const other = panel.user('order-1')
    const give = () => panel.ask('PUT', `/servers/${id}/owner/${other}`).status
    expect(give()).toBe(409)
    panel.ask('POST', `/servers/${id}/build`, { operatingSystemId: 1 })
    expect(give()).toBe(409)
    panel.pass(10_000)
    expect(give()).toBe(201)
    panel.ask('POST', `/servers/${id}/build`, { operatingSystemId: 1 })
    expect(give()).toBe(201)
  })
})
