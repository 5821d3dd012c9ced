import { describe, expect, it } from 'vitest'
import { effects, rig } from './support.ts'

const addresses = 'data.network.interfaces.0.ipv4'

describe('addresses', () => {
  it('adds each time it is told to, takes named ones and gives them back', async () => {
    const panel = await rig()
    const id = await panel.server()
    const first = await panel.call('POST', `/servers/${id}/ipv4Qty`, { interface: 'primary', quantity: 2 })
    await panel.call('POST', `/servers/${id}/ipv4Qty`, { interface: 'primary', quantity: 2 })
    expect((await panel.call('GET', `/servers/${id}`)).get(`${addresses}.length`)).toBe(5)

    const taken = first.get('data.0')
    expect((await panel.call('POST', `/servers/${id}/ipv4`, { interface: 'primary', ip: [taken] })).status).toBe(422)
    expect((await panel.call('DELETE', `/servers/${id}/ipv4`, { interface: 'primary', ip: [taken] })).status).toBe(204)
    expect((await panel.call('POST', `/servers/${id}/ipv4`, { interface: 'primary', ip: [taken] })).status).toBe(204)
    expect((await panel.call('GET', '/connectivity/ipblocks/1')).get('data.ipv4.usedTotal')).toBe(5)
  })

  it('come from a block that can be extended', async () => {
    const panel = await rig()
    expect((await panel.call('POST', '/connectivity/ipblocks/3/ipv4', { type: 'range', start: '203.0.113.2', end: '203.0.113.6' })).status).toBe(204)
    expect((await panel.call('GET', '/connectivity/ipblocks/3')).get('data.ipv4.total')).toBe(5)
    const wrong = await panel.call('POST', '/connectivity/ipblocks/3/ipv4', { type: 'range', start: '203.0.113.9', end: '203.0.113.6' })
    expect(wrong.status).toBe(422)
  })
})

describe('firewall', () => {
  it('is switched with empty answers and replaces all its rules', async () => {
    const panel = await rig()
    const id = await panel.server()
    const path = `/servers/${id}/firewall/primary`
    const enabled = await panel.call('POST', `${path}/enable?sync=true`)
    expect([enabled.status, enabled.text]).toEqual([200, ''])
    expect((await panel.call('POST', `${path}/rules`, { rulesets: [1, 2] })).status).toBe(201)
    expect((await panel.call('GET', path)).get('data')).toMatchObject({ enabled: true, rules: [{}, {}] })
    await panel.call('POST', `${path}/rules`, { rulesets: [] })
    expect((await panel.call('GET', path)).get('data.rules')).toEqual([])
    expect((await panel.call('GET', `/servers/${id}/firewall/third`)).status).toBe(404)
  })
})

describe('self service', () => {
  it('adds credit each time and takes it back by its id', async () => {
    const panel = await rig()
    await panel.call('POST', '/users', { name: 'Anna Example', email: 'anna@shop.example', extRelationId: 7 })
    const path = '/selfService/credit/byUserExtRelationId/7'
    expect((await panel.call('POST', path, { tokens: 100, reference_1: 4 })).get('data.id')).toBe(1)
    expect((await panel.call('POST', path, { tokens: 50, reference_1: 'four' })).status).toBe(422)
    await panel.call('POST', path, { tokens: 50 })
    const stats = () => panel.call('GET', '/selfService/hourlyStats/byUserExtRelationId/7')
    expect((await stats()).get('data.credit.value')).toBe(150)
    expect((await panel.call('DELETE', '/selfService/credit/1')).status).toBe(204)
    expect((await stats()).get('data.credit.value')).toBe(50)
    expect((await panel.call('DELETE', '/selfService/credit/1')).status).toBe(404)
  })

  it('suspends the servers of a pack together and keeps a pack that has some', async () => {
    const panel = await rig()
    await panel.call('POST', '/users', { name: 'Anna Example', email: 'anna@shop.example', extRelationId: 7 })
    const packId = (await panel.call('POST', '/selfService/resourcePack/byUserExtRelationId/7', { packId: 1, enabled: true })).get('data.id')
    const id = await panel.server()
    await panel.switch('PATCH', `/servers/${id}`, { resourcePackId: packId })
    expect((await panel.call('GET', `/selfService/resourcePack/${packId}`)).get('data.used.memory')).toBe(1024)
    await panel.call('POST', `/selfService/resourcePackServers/${packId}/suspend`)
    panel.advance(1000)
    expect((await panel.call('GET', `/servers/${id}`)).get('data.suspended')).toBe(true)
    expect((await panel.call('DELETE', `/selfService/resourcePack/${packId}`)).status).toBe(409)
    expect(effects(panel)).toContain('server.suspended')
  })
})

describe('catalogue', () => {
  it('offers a package only the templates that it may install', async () => {
    const panel = await rig()
    const groups = async (id: number) => (await panel.call('GET', `/media/templates/fromServerPackageSpec/${id}`)).text
    expect(await groups(1)).not.toContain('Windows')
    expect(await groups(2)).toContain('Windows')
    expect((await panel.call('GET', '/media/templates/fromServerPackageSpec/77')).body).toEqual({ msg: 'package not found' })
  })

  it('reports one address pool per group on each of its hypervisors, and no limit as a negative rest', async () => {
    const panel = await rig()
    await panel.server()
    const { body, get } = await panel.call('GET', '/compute/hypervisors/groups/1/resources')
    expect(body).toMatchObject({ total: 3 })
    const frees = [0, 1, 2].map(index => get(`data.${index}.resources.network.total.ipv4.free`))
    expect(new Set(frees).size).toBe(1)
    expect(get('data.0.resources.servers')).toEqual({ units: '#', max: 0, allocated: 1, free: -1, percent: null })
    expect(get('data.2.hypervisor.prohibit')).toBe(true)
  })
})
