// `npm run bench:simulator`: what the panel's model costs in process: worlds, calls on a world with ten servers, and reads of a panel with
// 20,000 servers. Prints a rate and the time of one, both of processor time, so that other programs disturb little: figures of this
// machine, for comparing before and after. No budget: nothing fails.
import { createPanelModel, type PanelModel, type PanelRequest } from '../simulator/in-process.ts'

const START = Date.UTC(2030, 0, 15, 12)
const LONG_ENOUGH_MS = 700
const WARM_UP_MS = 300

let seed = 1
const newModel = () => createPanelModel({ seed: seed += 1, startAt: START })

function smallPanel(): PanelModel {
  const panel = newModel()
  for (let index = 0; index < 10; index += 1) {
    const { body } = panel.call({ method: 'POST', path: '/users', body: { name: `Customer ${index}`, email: `c${index}@bench.example` } })
    const { data } = JSON.parse(body) as { data: { id: number } }
    panel.call({ method: 'POST', path: '/servers', body: { packageId: 1, userId: data.id, hypervisorId: 1, ipv4: 1 } })
    if (index % 2 === 0) panel.call({ method: 'POST', path: `/servers/${101 + index}/build`, body: { operatingSystemId: 1 } })
  }
  panel.advance(START + 60_000)

  return panel
}

function processorMs() {
  const { user, system } = process.cpuUsage()

  return (user + system) / 1000
}

function repeat(work: () => void, forMs: number): { times: number, ms: number } {
  const until = performance.now() + forMs
  const before = processorMs()
  let times = 0
  do {
    for (let lap = 0; lap < 20; lap += 1) work()
    times += 20
  } while (performance.now() < until)

  return { times, ms: processorMs() - before }
}

function line(name: string, times: number, ms: number) {
  const [rate, each] = [Math.round(times / ms * 1000).toLocaleString('en'), (ms / times).toFixed(4)]
  process.stdout.write(`${name.padEnd(44)} ${rate.padStart(11)} /s ${each.padStart(10)} ms\n`)
}

function measure(name: string, work: () => void) {
  repeat(work, WARM_UP_MS)
  const { times, ms } = repeat(work, LONG_ENOUGH_MS)
  line(name, times, ms)
}

/** Calls that change a small panel: each panel takes a few, and only the calls count. */
function measureChange(name: string, request: (round: number) => PanelRequest, rounds: number) {
  const requests = Array.from({ length: rounds }, (_, round) => request(round))
  let ms = 0
  for (const isWarm of [false, true]) {
    const panels = Array.from({ length: 200 }, smallPanel)
    const before = processorMs()
    for (const panel of panels) for (const one of requests) panel.call(one)
    if (isWarm) ms = processorMs() - before
  }
  line(name, 200 * rounds, ms)
}

measure('new world', newModel)
const small = smallPanel()
measure('snapshot and restore, ten servers', () => {
  small.world.snapshot('bench')
  small.world.restoreSnapshot('bench')
  small.world.ledger.clear()
})
measure('GET /servers/{id}', () => small.call({ method: 'GET', path: '/servers/104' }))
measure('GET /servers/user/{id}', () => small.call({ method: 'GET', path: '/servers/user/5' }))
measure('GET /servers', () => small.call({ method: 'GET', path: '/servers?results=200' }))
measure('GET /users/{ext}/byExtRelation, unknown', () => small.call({ method: 'GET', path: '/users/order-7/byExtRelation?relStr=true' }))
measureChange('POST /servers', () => ({ method: 'POST', path: '/servers', body: { packageId: 1, userId: 2, hypervisorId: 1, ipv4: 1 } }), 10)
measureChange('POST /servers/{id}/build', round => ({ method: 'POST', path: `/servers/${102 + 2 * round}/build`, body: { operatingSystemId: 1 } }), 5)
measureChange('POST /servers/{id}/suspend', round => ({ method: 'POST', path: `/servers/${101 + round}/suspend` }), 10)
measureChange('PUT /servers/{id}/owner/{user}', round => ({ method: 'PUT', path: `/servers/${101 + round}/owner/2` }), 10)
measureChange('DELETE /servers/{id}', round => ({ method: 'DELETE', path: `/servers/${101 + round}?delay=0` }), 10)
measureChange('POST /users', round => ({ method: 'POST', path: '/users', body: { name: 'Escrow', email: `e${round}@bench.invalid`, relStr: `o-${round}` } }), 10)
measureChange('DELETE /users/{ext}/byExtRelation, unknown', () => ({ method: 'DELETE', path: '/users/order-7/byExtRelation?relStr=true' }), 10)

const before = processorMs()
const big = newModel()
big.fill({ servers: 20_000 })
line('fill a panel with 20,000 servers', 1, processorMs() - before)
let page = 0
measure('GET /servers?results=200&page=n of 20,000', () => big.call({ method: 'GET', path: `/servers?results=200&page=${page = page % 100 + 1}` }))
measure('GET /servers/user/{id} of 20,000', () => big.call({ method: 'GET', path: '/servers/user/2000' }))
measure('POST /servers on 20,000', () => big.call({ method: 'POST', path: '/servers', body: { packageId: 1, userId: 2, hypervisorId: 1, ipv4: 0 } }))
