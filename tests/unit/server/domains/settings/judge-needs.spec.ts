import { describe, expect, it } from 'vitest'
import { judgeNeeds, type FeaturesInUse } from '../../../../../server/domains/settings/judge-needs.ts'
import { ABILITIES } from '../../../../../server/virtfusion/abilities.ts'

const NOTHING: FeaturesInUse = { ownerMode: 'plan', createMode: 'direct', installs: false, kinds: [], resetsPasswords: false, keepsWitness: false }
const required = (features: Partial<FeaturesInUse>) => listed('required', features)
const listed = (need: string, features: Partial<FeaturesInUse>) => [...judgeNeeds({ ...NOTHING, ...features })].flatMap(([operation, is]) => (is === need ? [operation] : []))

describe('judgeNeeds', () => {
  it('asks for nothing but creating servers while one account owns all of them', () => {
    expect(required({})).toEqual(['servers.create'])
  })

  it('comes to the three permissions of a restricted token where each customer has a panel user', () => {
    expect(required({ ownerMode: 'customer', kinds: ['create'] })).toEqual(['servers.create', 'users.create', 'users.createAuthenticationToken'])
  })

  it('asks for building as soon as something is to be installed', () => {
    expect(required({ installs: true })).toEqual(['servers.create', 'servers.build'])
  })

  it('asks for a change once somebody has used it, and for reading where Berth never acts blind', () => {
    expect(required({ kinds: ['suspend'] })).toEqual(['servers.create', 'servers.suspend'])
    expect(required({ kinds: ['delete'] })).toEqual(['servers.create', 'servers.get', 'servers.delete'])
    expect(required({ kinds: ['rebuild'] })).toEqual(['servers.create', 'servers.build', 'servers.get'])
  })

  it('asks for reading a server and resetting its password once somebody has reset one', () => {
    expect(required({ resetsPasswords: true })).toEqual(['servers.create', 'servers.get', 'servers.resetPassword'])
    expect(listed('useful', { resetsPasswords: true })).toContain('queue.get')
    expect(listed('unused', {})).toContain('servers.resetPassword')
  })

  it('asks for what the witness needs once one is kept, also where one account owns all servers', () => {
    expect(required({ keepsWitness: true })).toEqual(['servers.create', 'users.getByExtRelation', 'users.create', 'users.changeByExtRelation'])
    expect(listed('unused', {})).toContain('users.changeByExtRelation')
  })

  it('asks for all that a throw-away user takes once orders are sent for one, or they would stop half-way', () => {
    expect(required({ createMode: 'escrow' })).toEqual([
      'servers.create', 'servers.get', 'servers.list', 'servers.listByUser', 'servers.changeOwner', 'users.getByExtRelation', 'users.create', 'users.deleteByExtRelation',
    ])
    expect(listed('unused', {})).toContain('users.deleteByExtRelation')
  })

  it('calls user permissions unused while one account owns all servers, and queue items while nobody switches power', () => {
    expect(listed('unused', {})).toEqual(expect.arrayContaining(['users.create', 'users.createAuthenticationToken', 'users.getByExtRelation', 'queue.get', 'servers.suspend']))
    expect(listed('useful', { ownerMode: 'customer', kinds: ['restart'] })).toEqual(expect.arrayContaining(['users.getByExtRelation', 'queue.get']))
  })

  it('judges every ability that the settings screen lists', () => {
    expect([...judgeNeeds(NOTHING).keys()]).toEqual(ABILITIES.map(({ operation }) => operation))
  })
})
