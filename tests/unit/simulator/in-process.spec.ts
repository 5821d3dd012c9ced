import { describe, expect, it } from 'vitest'
import { createPanelModel } from '../../../simulator/in-process.ts'
import { model } from './model.ts'
import { NOON, rig } from './support.ts'

const wish = { packageId: 1, userId: 2, hypervisorId: 1, ipv4: 1 }

/** One of everything that has another kind of answer: bodies, empty ones, refusals, page links, queue work. */
const CALLS: [method: string, path: string, body?: unknown][] = [
  ['GET', '/connect'], ['POST', '/users', { name: 'Anna Example', email: 'anna@shop.example', extRelationId: 7, relStr: 'anna' }],
  ['POST', '/servers', wish], ['POST', '/servers?dryRun=true', wish], ['POST', '/servers', { packageId: 'x' }],
  ['POST', '/servers/101/build', { operatingSystemId: 1, name: 'web', ipv6: true }], ['POST', '/servers/101/suspend'], ['GET', '/servers/101?remoteState=true'],
  ['GET', '/servers?results=200&page=1'], ['GET', '/servers/user/2'], ['GET', '/users/anna/byExtRelation?relStr=true'], ['PUT', '/servers/101/owner/3'],
  ['GET', '/servers/999'], ['GET', '/nonsense'], ['PATCH', '/connect'], ['POST', '/servers/101/power/restart'], ['GET', '/queue/1001'], ['DELETE', '/servers/101?delay=0'],
]

describe('a call in process', () => {
  it('answers to the byte what HTTP answers, with the same status, type and date', async () => {
    const http = await rig({ seed: 4 })
    const panel = model({ seed: 4 })
    for (const [method, path, body] of CALLS) {
      const reply = await http.call(method, path, body)
      const { status, body: text, headers, contentType, date } = panel.ask(method, path, body)
      expect([path, status, text]).toEqual([path, reply.status, reply.text])
      expect([contentType, date]).toEqual([reply.headers.get('content-type'), Date.parse(reply.headers.get('date') ?? '')])
      for (const [name, value] of Object.entries(headers)) expect([name, reply.headers.get(name)]).toEqual([name, value])
      http.advance(4000)
      panel.pass(4000)
    }
    http.control.settle()
    expect(panel.world.ledger.entries).toEqual(http.control.ledger.entries)
    expect(panel.world.ledger.calls).toEqual(http.control.ledger.calls)
  })

  it('refuses a wrong token, no token and a text that is no JSON as HTTP does', () => {
    const panel = model()
    expect(panel.ask('GET', '/servers', undefined, { token: 'wrong' })).toMatchObject({ status: 401, body: '', contentType: null })
    expect(panel.ask('GET', '/servers', undefined, { token: null }).status).toBe(401)
    expect(panel.ask('POST', '/servers', '{"packageId":').status).toBe(422)
    expect(panel.ask('POST', '/servers', JSON.stringify(wish)).status).toBe(201)
  })

  it('gives the number under which the ledger holds its effects, with the request id', () => {
    const panel = model()
    panel.ask('GET', '/servers')
    const { call } = panel.ask('POST', '/servers', wish, { requestId: 'req-1' })
    expect(panel.world.ledger.entries).toMatchObject([{ effect: 'server.created', call, requestId: 'req-1', body: wish }])
    expect(panel.world.ledger.calls.find(({ number }) => number === call)).toMatchObject({ operation: 'POST /servers', status: 201, ended: 'answered' })
  })

  it('lets the work that a call starts fail when it is told to, and leaves the faults of the wire to the caller', () => {
    const panel = model()
    panel.world.faults.add({ kind: 'drop-before-effect' })
    const id = panel.server({ built: false })
    expect(panel.ask('POST', `/servers/${id}/build`, { operatingSystemId: 1 }, { taskFailure: 'Disk full' }).status).toBe(200)
    panel.pass(10_000)
    expect(panel.ask('GET', `/servers/${id}`).get('data.state')).toBe('failed')
  })

  it('judges the owner when the request runs: a create for a user deleted meanwhile is refused and leaves nothing', () => {
    const panel = model()
    const userId = panel.user('order-1')
    const late = { ...wish, userId }
    expect(panel.ask('DELETE', '/users/order-1/byExtRelation?relStr=true').status).toBe(204)
    panel.pass(3_600_000)
    const answer = panel.ask('POST', '/servers', late)
    expect([answer.status, answer.contentType, answer.get('errors')]).toEqual([422, 'application/json', ['The user does not exist']])
    expect(panel.world.state.servers.size).toBe(0)
  })

  it('narrows its token to what is permitted or by what is forbidden, operation by operation', () => {
    const narrow = model({ permissions: ['POST /servers'] })
    expect([narrow.ask('POST', '/servers', wish).status, narrow.ask('GET', '/servers').status]).toEqual([201, 403])
    const almost = model({ forbidden: ['GET /servers'] })
    expect([almost.ask('GET', '/servers').status, almost.ask('GET', '/packages').status]).toEqual([403, 200])
    expect(() => model({ forbidden: ['GET /server'] })).toThrow('GET /server is no operation')
  })
})

describe('time in process', () => {
  it('stands still until it is moved, also when somebody lets it run', async () => {
    const panel = model()
    panel.world.clock.run()
    await new Promise(resolve => setImmediate(resolve))
    expect(panel.world.clock.now()).toBe(NOON)
  })

  it('applies what is due on the way, in order, and never goes back by itself', () => {
    const panel = model()
    const id = panel.server({ built: false })
    panel.ask('POST', `/servers/${id}/build`, { operatingSystemId: 1 })
    panel.advance(NOON + 60_000)
    expect(panel.world.ledger.entries.at(-1)).toMatchObject({ effect: 'server.built', at: new Date(NOON + 6000).toISOString() })
    expect(() => panel.advance(NOON)).toThrow(RangeError)
  })

  it('can be put to any moment from outside, backwards too', () => {
    const panel = model()
    panel.world.clock.set(NOON - 3_600_000)
    const id = panel.server({ built: false })
    expect(panel.ask('GET', `/servers/${id}`)).toMatchObject({ date: NOON - 3_600_000, headers: { date: 'Tue, 15 Jan 2030 11:00:00 GMT' } })
    expect(panel.world.clock.state()).toMatchObject({ mode: 'stop', simulated: NOON - 3_600_000 })
  })
})

describe('answers that are kept', () => {
  const READS = ['/servers/101', '/servers/102', '/servers/user/2', '/servers/user/3']

  const play = (keepsAnswers: boolean) => {
    const panel = model({ seed: 6, keepsAnswers })
    const read = () => READS.map(path => panel.ask('GET', path).body)
    const texts: string[][] = []
    panel.world.snapshot('empty')
    for (const [method, path, body] of CALLS) {
      panel.pass(1000)
      texts.push([panel.ask(method, path, body).body, ...read(), ...read()])
      panel.pass(30_000)
      texts.push(read())
    }
    panel.server()
    texts.push(read())
    panel.pass(40 * 86_400_000)
    texts.push(read())
    panel.world.restoreSnapshot('empty')

    return [...texts, read()]
  }

  it('never go stale: calls, work of the queue, months and restored snapshots show in the next one', () => {
    expect(play(true)).toEqual(play(false))
  })

  it('are the very same while nothing happens, so that they need not be read again', () => {
    const panel = model({ keepsAnswers: true })
    const id = panel.server()
    const read = () => panel.ask('GET', `/servers/${id}`).value
    expect(read()).toBe(read())
    const before = read()
    panel.ask('POST', `/servers/${id}/suspend`)
    expect(read()).not.toBe(before)
  })
})

describe('many worlds', () => {
  const play = (seed: number) => {
    const panel = model({ seed })
    const texts = CALLS.map(([method, path, body]) => {
      panel.pass(1000)

      return panel.ask(method, path, body).body
    })

    return JSON.stringify([texts, panel.world.ledger.entries, [...panel.world.state.servers], [...panel.world.state.users]])
  }

  it('say the same bytes for the same seed and calls, whatever other worlds did in between', () => {
    const first = play(9)
    const other = play(10)
    expect(play(9)).toBe(first)
    expect(other).not.toBe(first)
  })

  it('share nothing that a call can change', () => {
    const [first, second] = [model(), model()]
    first.ask('POST', '/connectivity/ipblocks/1/ipv4', { type: 'range', start: '192.0.2.20', end: '192.0.2.29' })
    first.server()
    first.fill({ servers: 10 })
    expect(second.world.state).toEqual(createPanelModel({ startAt: NOON }).world.state)
    expect(() => Object.assign(first.world.state.templates.get(1) ?? {}, { name: 'Mine' })).toThrow(TypeError)
  })
})

describe('a restored snapshot', () => {
  it('brings ids back for other servers, as often as it is restored, and stays as it was taken', () => {
    const panel = model()
    const kept = panel.server()
    panel.world.snapshot('monday')
    const uuids = [1, 2, 3].map(() => {
      const made = panel.ask('POST', '/servers', wish)
      panel.ask('PUT', `/servers/${kept}/modify/name`, { name: 'changed' })
      panel.ask('POST', `/servers/${kept}/firewall/primary/enable`)
      panel.ask('DELETE', `/servers/${kept}?delay=0`)
      panel.pass(10_000)
      expect(panel.ask('GET', `/servers/${kept}`).status).toBe(404)
      panel.world.restoreSnapshot('monday')
      expect(panel.ask('GET', `/servers/${kept}`).get('data.name')).toBe('')
      expect(panel.ask('GET', `/servers/${kept}/firewall/primary`).get('data.enabled')).toBe(false)
      expect(made.get('data.id')).toBe(kept + 1)

      return made.get('data.uuid')
    })
    expect(new Set(uuids).size).toBe(3)
    expect(panel.ask('GET', '/servers').get('total')).toBe(1)
  })
})
