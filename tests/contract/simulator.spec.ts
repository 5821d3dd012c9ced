import { Ajv } from 'ajv'
import { afterAll, afterEach, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../simulator/server.ts'
import { isObject, parse } from './support/answers.ts'
import { BEYOND_OPERATIONS, SIMULATOR_DIFFERENCES } from './support/known-differences.ts'
import { ANY, samples, type Fixture } from './support/samples.ts'
import { shapeOf } from './support/shape.ts'
import { describeWithSpecification, report } from './support/specification.ts'

const DAY = 86_400_000
const ajv = new Ajv({ strict: false, allErrors: true, allowUnionTypes: true })

let simulator: Simulator
afterEach(() => simulator?.close())

interface Reply { status: number, text: string, body: unknown }

async function call(method: string, path: string, body?: unknown, token = simulator.token): Promise<Reply> {
  const response = await fetch(`${simulator.url}/api/v1${path}`, {
    method,
    headers: { accept: 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined }
}

/** A call that the set-up relies on. */
async function done(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const reply = await call(method, path, body)
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`)
  return isObject(reply.body) && isObject(reply.body.data) ? reply.body.data : {}
}

/** A panel on which everything that a call may refer to exists: a built server with backups, traffic and a queue item, a user with key, credit and pack. */
async function furnish(version: string): Promise<Fixture> {
  simulator = await startSimulator({ startAt: Date.UTC(2030, 0, 15, 12), isStopped: true })
  await fetch(`${simulator.url}/__simulator/settings`, { method: 'POST', body: JSON.stringify({ version }), headers: { 'content-type': 'application/json' } })
  const ext = 41
  const user = await done('POST', '/users', { name: 'Jane Doe', email: 'jane@example.com', extRelationId: ext })
  const userId = Number(user.id)
  const key = await done('POST', '/ssh_keys', { userId, name: 'Key', publicKey: 'ssh-ed25519 AAAA' })
  const server = await done('POST', '/servers', { packageId: 3, userId, hypervisorId: 1, ipv4: 2 })
  const serverId = Number(server.id)
  await done('POST', `/servers/${serverId}/build`, { operatingSystemId: 1, name: 'web', ipv6: true, sshKeys: [Number(key.id)] })
  simulator.control.clock.advance(3 * DAY)
  const addresses = (await done('POST', `/servers/${serverId}/ipv4Qty`, { interface: 'primary', quantity: 1 }), simulator.control.state.servers.get(serverId)?.ipv4 ?? [])
  const { queueId } = await done('POST', `/servers/${serverId}/power/restart`)
  simulator.control.clock.advance(60_000)
  await done('POST', `/servers/${serverId}/traffic/blocks`, { month: 1, amount: 50 })
  const { assigned } = await done('GET', `/servers/${serverId}/traffic/blocks`)
  await done('POST', `/servers/${serverId}/networkWhitelist`, { interface: 'primary', ip: '198.51.100.7', cidr: 32 })
  const credit = await done('POST', `/selfService/credit/byUserExtRelationId/${ext}`, { tokens: 5 })
  const pack = await done('POST', `/selfService/resourcePack/byUserExtRelationId/${ext}`, { packId: 1, enabled: true })
  for (const group of ['hourlyGroupProfile', 'resourceGroupProfile']) await done('POST', `/selfService/${group}/byUserExtRelationId/${ext}`, { profileId: 1 })
  return {
    ...ANY, serverId, userId, otherUserId: 2, ext, packageId: 3, groupId: 1, hypervisorId: 11, templateId: 1, blockId: 1,
    ownAddress: addresses.at(-1)?.address ?? '', freeAddress: '198.18.9.99', keyId: Number(key.id), queueId: Number(queueId), creditId: Number(credit.id),
    packId: Number(pack.id), profileId: 1, trafficMonth: 1, trafficBlockId: Number(Array.isArray(assigned) && isObject(assigned[0]) ? assigned[0].id : 0),
  }
}

/** What must have happened before a call can succeed. */
const BEFORE: Record<string, (fixture: Fixture) => Promise<unknown>> = {
  'servers.unsuspend': async ({ serverId }) => {
    await done('POST', `/servers/${serverId}/suspend`)
    simulator.control.clock.advance(1000)
  },
  'servers.boot': async ({ serverId }) => {
    await done('POST', `/servers/${serverId}/power/poweroff`)
    simulator.control.clock.advance(60_000)
  },
  'users.deleteByExtRelation': async ({ serverId }) => {
    await done('DELETE', `/servers/${serverId}?delay=0`)
    simulator.control.clock.advance(60_000)
  },
}

describeWithSpecification('the simulator', ({ operations, refusals, source }) => {
  const rows = samples(ANY).flatMap(({ definition }) => {
    const operation = operations.find(item => item.method === definition.method && item.path === definition.path)
    return operation ? [{ name: definition.operation, definition, operation }] : []
  })
  let answers = 0
  const used = new Set<string>()
  afterAll(() => report(`${source}: ${answers} answers of the simulator compared with ${new Set(rows.map(({ operation }) => operation)).size} operations`))

  it.each(rows)('answers $name with the status and the shape of the example', async ({ name, definition, operation }) => {
    const fixture = await furnish('7.0')
    await BEFORE[name]?.(fixture)
    const requests = samples(fixture).find(item => item.definition.operation === name)?.requests ?? []
    const request = requests[0]
    if (!request) throw new Error('No request')
    const reply = await call(request.method, request.path, request.body)
    answers += 1
    if (name === 'servers.createDryRun') return expect(reply.status).toBe(200) // an open point with a switch of its own

    expect({ status: reply.status, text: reply.status === operation.status ? '' : reply.text }).toEqual({ status: operation.status, text: '' })
    expect(() => parse(definition, reply.text, reply.status)).not.toThrow()
    if (operation.example === undefined) return expect(reply.text).toBe('')
    const validate = ajv.compile(shapeOf(operation.example))
    validate(reply.body)
    const faults = (validate.errors ?? []).map(error => `${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`)
    const known = faults.filter(fault => Object.keys(SIMULATOR_DIFFERENCES).some(entry => `${name} ${fault}`.startsWith(entry) && used.add(entry)))
    expect(faults.filter(fault => !known.includes(fault))).toEqual([])
  })

  it.each(Object.keys(BEYOND_OPERATIONS))('answers %s in a way that the client understands', async (name) => {
    const fixture = await furnish('7.1')
    const sample = samples(fixture).find(item => item.definition.operation === name)
    const request = sample?.requests[0]
    if (!sample || !request) throw new Error('No request')
    const reply = await call(request.method, request.path, request.body)
    expect(reply.status).toBeLessThan(300)
    expect(() => parse(sample.definition, reply.text, reply.status)).not.toThrow()
  })

  it('refuses a token as the specification shows, or with nothing at all', async () => {
    await furnish('7.0')
    const reply = await call('GET', '/servers', undefined, 'wrong')
    expect(reply.status).toBe(401)
    expect(['', refusals.get(401)]).toContain(reply.text)
    answers += 1
  })

  it('refuses a create that has no room as the specification shows', async () => {
    const { userId } = await furnish('7.0')
    const reply = await call('POST', '/servers', { packageId: 4, userId, hypervisorId: 3, ipv4: 1 })
    expect(reply.status).toBe(422)
    const validate = ajv.compile(shapeOf(refusals.get(422)))
    validate(reply.body)
    expect(validate.errors).toBeNull()
    answers += 1
  })
  it('needs every difference that it allows itself', () => {
    expect(Object.keys(SIMULATOR_DIFFERENCES).filter(entry => !used.has(entry))).toEqual([])
  })
})
