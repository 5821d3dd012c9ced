import { describe, expect, it } from 'vitest'
import { rig } from './support.ts'

const anna = { name: 'Anna Example', email: 'anna@shop.example', extRelationId: 7 }

describe('users', () => {
  it('gives the password once, at creation, and finds the user by the external relation', async () => {
    const panel = await rig()
    const created = await panel.call('POST', '/users', anna)
    expect(created.status).toBe(201)
    expect(String(created.get('data.password'))).toHaveLength(30)
    const found = await panel.call('GET', '/users/7/byExtRelation')
    expect([found.get('data.id'), found.get('data.password')]).toEqual([created.get('data.id'), undefined])
    expect((await panel.call('GET', '/users/8/byExtRelation')).body).toEqual({ msg: 'ext_relation_id not found' })
  })

  it('refuses a used relation, a used e-mail and a name that is too short', async () => {
    const panel = await rig()
    await panel.call('POST', '/users', anna)
    const reply = await panel.call('POST', '/users', { ...anna, name: 'A' })
    expect([reply.status, reply.get('errors')]).toEqual([422, [
      'The email has already been taken.', 'The name must be at least 3 characters.', 'The ext relation id has already been taken.',
    ]])
  })

  it('finds by relation string when the query says so, from 7.0 on', async () => {
    const panel = await rig()
    await panel.call('POST', '/users', { ...anna, relStr: 'shop-order-1' })
    expect((await panel.call('GET', '/users/shop-order-1/byExtRelation?relStr=true')).get('data.extRelationId')).toBe(7)
    expect((await panel.call('GET', '/users/shop-order-1/byExtRelation')).status).toBe(404)
    await panel.switch('POST', '/settings', { version: '6.2' })
    expect((await panel.call('GET', '/users/shop-order-1/byExtRelation?relStr=true')).status).toBe(404)
  })

  it('refuses to delete a user who owns servers, and to create a server for one who is gone', async () => {
    const panel = await rig()
    const userId = Number((await panel.call('POST', '/users', anna)).get('data.id'))
    const id = await panel.server({ userId, built: false })
    expect((await panel.call('DELETE', '/users/7/byExtRelation')).status).toBe(409)
    await panel.call('PUT', `/servers/${id}/owner/2`)
    expect((await panel.call('DELETE', '/users/7/byExtRelation')).status).toBe(204)
    const late = await panel.call('POST', '/servers', { packageId: 1, userId, hypervisorId: 1 })
    expect([late.status, late.body]).toEqual([422, { errors: ['The user does not exist'] }])
  })

  it('links a user made by hand from 7.1 on, and never changes an administrator', async () => {
    const panel = await rig()
    expect((await panel.call('PUT', '/users/2', { extRelationId: 9 })).status).toBe(404)
    await panel.switch('POST', '/settings', { version: '7.1' })
    expect((await panel.call('PUT', '/users/2', { extRelationId: 9 })).status).toBe(200)
    expect((await panel.call('GET', '/users/9/byExtRelation')).get('data.id')).toBe(2)
    expect((await panel.call('PUT', '/users/1', { name: 'Mallory' })).status).toBe(403)
  })

  it('signs in once by a link that lives a minute, and only for the own server', async () => {
    const panel = await rig()
    await panel.call('POST', '/users', anna)
    const foreign = await panel.server()
    expect((await panel.call('POST', `/users/7/serverAuthenticationTokens/${foreign}`)).status).toBe(404)

    const link = async () => String((await panel.call('POST', '/users/7/authenticationTokens')).get('data.authentication.endpoint_complete'))
    const used = await link()
    const statuses = [await fetch(panel.url + used), await fetch(panel.url + used)].map(({ status }) => status)
    expect(statuses).toEqual([200, 403])
    const old = await link()
    panel.advance(61_000)
    expect((await fetch(panel.url + old)).status).toBe(403)
  })
})

describe('ssh keys', () => {
  it('belong to a user, go into builds of his servers and can be removed', async () => {
    const panel = await rig()
    const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA anna'
    const id = Number((await panel.call('POST', '/ssh_keys', { userId: 2, name: 'Laptop', publicKey })).get('data.id'))
    const server = await panel.server({ built: false })
    expect((await panel.call('POST', `/servers/${server}/build`, { operatingSystemId: 1, sshKeys: [id] })).get('data.sshKeys.0.id')).toBe(id)
    expect((await panel.call('GET', '/ssh_keys/user/2')).get('data.length')).toBe(1)
    await panel.call('DELETE', `/ssh_keys/${id}`)
    expect((await panel.call('GET', '/ssh_keys/user/2')).body).toEqual({ data: [] })
    expect((await panel.call('POST', '/ssh_keys', { userId: 2, name: 'x', publicKey: 'nonsense' })).status).toBe(422)
  })
})
