import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContractError, type Answer } from '../../../../../server/virtfusion/operation.ts'
import { createServer, getServer, listServers, listServersByUser } from '../../../../../server/virtfusion/resources/servers.ts'
import { createUser } from '../../../../../server/virtfusion/resources/users.ts'
import { getQueueItem } from '../../../../../server/virtfusion/resources/queue.ts'
import { readServerState } from '../../../../../server/virtfusion/server-state.ts'
import { readBody } from '../../../../../server/virtfusion/chain/answer-body.ts'

const server = {
  id: 70, ownerId: 3, hypervisorId: 14, name: '', hostname: null, commissionStatus: 0, uuid: 'ab68e20a-211f-4b90-99f1-8ee9068c81de', state: 'allocated',
  suspended: false, buildFailed: false, deleteLevel: 0, created: '2025-01-20T14:13:50+00:00',
  settings: { resources: { memory: 1024, storage: 11, traffic: 20_000, cpuCores: 2 }, decryptedPassword: 'SECRET' },
  network: { interfaces: [{ ipv4: [{ address: '192.0.2.1' }], ipv6: [{ subnet: '2001:db8::', cidr: 80, addresses: [] }] }] },
  hypervisor: { groupId: 2, group: { name: 'Test' }, maintenance: false }, tasks: { active: false, actions: { pending: [] } }, remoteState: false,
}
const row = { id: 70, uuid: server.uuid, name: 'web', commissioned: 3, owner: 3, suspended: false }

interface Case {
  name: string
  body: object
  read(answer: Answer): unknown
}

const cases: Case[] = [
  { name: 'a new server', body: { data: server }, read: createServer.output },
  { name: 'a server', body: { data: server }, read: answer => [getServer.output(answer)].map(read => ({ ...read, ...readServerState(read) }))[0] },
  { name: 'a user\'s servers', body: { data: [server, server] }, read: listServersByUser.output },
  { name: 'a page of servers', body: { current_page: 1, last_page: 1, total: 1, data: [row] }, read: listServers.output },
  { name: 'a new user', body: { data: { id: 70, name: 'Jane', email: 'j@example.com', password: 'SECRET' } }, read: createUser.output },
  { name: 'a queue item', body: { data: { id: 70, serverId: 70, finished: null, failed: false, progress: 10, errors: [] } }, read: getQueueItem.output },
]

/** Every place in a JSON value. */
function places(value: unknown, path: Array<string | number> = []): Array<Array<string | number>> {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, item]) => places(item, [...path, Array.isArray(value) ? Number(key) : key]))]
}

type Mutation = { kind: 'drop' | 'rename' } | { kind: 'replace', value: unknown } | { kind: 'add', value: unknown }

function mutate(body: object, path: Array<string | number>, mutation: Mutation): unknown {
  const copy = structuredClone(body) as Record<string, unknown>
  if (path.length === 0) return mutation.kind === 'replace' ? mutation.value : copy
  let parent: Record<string | number, unknown> = copy
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>
  const last = path.at(-1) ?? ''
  if (mutation.kind === 'drop') Reflect.deleteProperty(parent, last)
  if (mutation.kind === 'rename') {
    parent[`${last}_`] = parent[last]
    Reflect.deleteProperty(parent, last)
  }
  if (mutation.kind === 'replace') parent[last] = mutation.value
  if (mutation.kind === 'add') parent[`extra_${last}`] = mutation.value
  return copy
}

const value = fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', [], {}, 0, 1, -1, 1.5, '0', '7', '7.5', true, false, 'x', 1e21, '∞'))
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.constantFrom<Mutation>({ kind: 'drop' }, { kind: 'rename' }),
  value.map((replaced): Mutation => ({ kind: 'replace', value: replaced })),
  value.map((added): Mutation => ({ kind: 'add', value: added })),
)

/** Ids in an answer that anybody would take for ids. */
function idsIn(body: unknown): Set<number> {
  const found = new Set<number>()
  JSON.stringify(body, (key, item: unknown) => {
    if (key === 'id' && Number.isSafeInteger(Number(item)) && Number(item) > 0 && (typeof item === 'number' || /^\d+$/.test(String(item)))) found.add(Number(item))
    return item
  })
  return found
}

function readOrRefuse(test: Case, text: string): unknown {
  const body = readBody(text)
  try {
    return test.read({ ...body, status: 200, request: { operation: 'x', method: 'GET', path: '/', body: { userId: 3 } }, origin: 'https://cp.example.com' })
  }
  catch (error) {
    expect(error).toBeInstanceOf(ContractError)
    return null
  }
}

describe.each(cases)('mutated answers: $name', (test) => {
  it('never crash, never yield an id that was not there, and never leak', () => {
    const all = places(test.body)
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...all), mutation), { minLength: 1, maxLength: 3 }), (changes) => {
      let body: unknown = test.body
      for (const [path, change] of changes) {
        const isThere = places(body).some(place => place.join('.') === path.join('.'))
        if (isThere && typeof body === 'object' && body !== null) body = mutate(body, path, change)
      }
      const result = readOrRefuse(test, JSON.stringify(body))
      if (result === null) return
      const known = idsIn(body)
      for (const id of idsIn(result)) expect(known).toContain(id)
      if (!changes.some(([, change]) => 'value' in change)) expect(JSON.stringify(result)).not.toContain('SECRET')
    }), { numRuns: 400 })
  })

  it('are refused when they were cut off', () => {
    const text = JSON.stringify(test.body)
    for (let length = 1; length < text.length; length += 7) expect(readOrRefuse(test, text.slice(0, length))).toBeNull()
  })
})
