import { currentTrafficMonth, plainDate, trafficPeriod, zuluDate, type Period } from '../core/dates.ts'
import { stableFraction } from '../core/random.ts'
import type { Server } from '../core/state.ts'
import { empty, notFound, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'

const MONTHS_AHEAD = 25

const periodShape = ({ month, start, end }: Period) => ({ month, start: plainDate(start), end: plainDate(end) })

/** Bytes grow with the time that the server has been built; they follow the server alone, not the order of calls. */
function bytes(server: Server, { month, start, end }: Period, now: number) {
  const from = Math.max(start, server.built ?? Infinity)
  const seconds = Math.max(0, Math.min(end, now) - from) / 1000
  const rate = 5_000 + stableFraction(`${server.uuid}:${month}`) * 150_000
  const rx = Math.floor(seconds * rate)
  const tx = Math.floor(seconds * rate * 0.3)

  return { rx, tx, total: rx + tx }
}

function readTraffic(call: Call): Answer {
  const server = call.server()
  const current = currentTrafficMonth(server.created, call.now)
  const monthly = Array.from({ length: current }, (_, index) => {
    const period = trafficPeriod(server.created, current - index)

    return {
      ...periodShape(period),
      ...bytes(server, period, call.now),
      limit: server.traffic,
      blocks: server.trafficBlocks.filter(({ month }) => month === period.month).map(({ id, traffic }) => ({ id, traffic })),
    }
  })

  return ok({ monthly })
}

function readBlocks(call: Call): Answer {
  const server = call.server()
  const current = currentTrafficMonth(server.created, call.now)
  const months = Array.from({ length: MONTHS_AHEAD }, (_, index) => periodShape(trafficPeriod(server.created, current + index)))

  return ok({
    assigned: server.trafficBlocks.map(({ id, month, traffic, added }) => {
      const { start, end } = periodShape(trafficPeriod(server.created, month))

      return { id, current: month === current, month, traffic, start, end, added: zuluDate(added) }
    }),
    available: { total: months.length, current: months[0], months: Object.fromEntries(months.map(period => [period.month, period])) },
  })
}

function addBlock(call: Call): Answer {
  const server = call.server()
  const current = currentTrafficMonth(server.created, call.now)
  const fields = call.fields()
  const month = fields.integer('month', { min: current, max: current + MONTHS_AHEAD - 1 })
  const traffic = fields.integer('amount', { min: 1 })
  fields.done()

  const block = { id: call.world.takeId('trafficBlocks'), month, traffic, added: call.now }
  server.trafficBlocks.push(block)
  call.effect('server.traffic-block-added', { serverId: server.id, blockId: block.id })

  return empty(201)
}

function removeBlock(call: Call): Answer {
  const server = call.server()
  const id = call.id('blockId', 'traffic block')
  if (!server.trafficBlocks.some(block => block.id === id)) throw notFound('traffic block')
  server.trafficBlocks = server.trafficBlocks.filter(block => block.id !== id)
  call.effect('server.traffic-block-removed', { serverId: server.id, blockId: id })

  return empty(204)
}

export const serverTrafficRoutes: Route[] = [
  { method: 'GET', path: '/servers/{id}/traffic', handle: readTraffic },
  { method: 'GET', path: '/servers/{id}/traffic/blocks', handle: readBlocks },
  { method: 'POST', path: '/servers/{id}/traffic/blocks', handle: addBlock },
  { method: 'DELETE', path: '/servers/{id}/traffic/blocks/{blockId}', handle: removeBlock },
]
