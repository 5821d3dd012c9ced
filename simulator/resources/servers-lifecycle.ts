import type { Server } from '../core/state.ts'
import { startTask } from '../core/work.ts'
import type { World } from '../core/world.ts'
import { conflict, empty, locked, Refusal, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import { refuseWhileBusy } from './guards.ts'

const MAX_DELAY_MINUTES = 43_800
const DEFAULT_DELAY_MINUTES = 5

/** Accepts a suspension or its end; the effect comes a moment later. */
export function setSuspension(call: Call, server: Server, wanted: boolean): Answer {
  const { world } = call
  const kind = wanted ? 'suspend' : 'unsuspend'
  const isScheduled = server.working.some(work => work === 'suspend' || work === 'unsuspend')
  if (isScheduled) throw conflict('a suspend or unsuspend action is already scheduled')
  refuseWhileBusy(server)
  if (server.suspended === wanted) {
    if (call.settings.readings.suspendTwice === 'conflict') throw conflict(`server is already ${kind}ed`)
    return empty(204)
  }

  const cause = call.effect(`server.${kind}-accepted`, { serverId: server.id })
  startTask(world, server, {
    kind, action: `${kind}_server`, job: wanted ? 'Suspend' : 'Unsuspend', steps: ['server.get.status', `server.${kind}`],
    duration: world.duration('suspend'), cause, failure: call.input.taskFailure,
  })

  return empty(204)
}

/** The `delay` of the query in minutes; `fallback` when it is absent. */
export function readDelay(call: Call, fallback: number): number {
  const raw = call.query.get('delay')
  if (raw === null || raw === '') return fallback
  const delay = Number(raw)
  if (Number.isInteger(delay) && delay >= 0 && delay <= MAX_DELAY_MINUTES) return delay

  throw new Refusal(422, { errors: [`The delay must be between 0 and ${MAX_DELAY_MINUTES}.`] })
}

/** Has a server destroyed at `at`, in place of a deletion that lay ahead; `cause` is the number of the effect that led to it. */
export function beginDelete(world: World, server: Server, at: number, cause: number) {
  if (server.deleteLevel > 0) return
  world.unschedule(server.id, 'destroy.begin')
  server.deleteDue = at
  world.schedule({ at, kind: 'destroy.begin', serverId: server.id, queueId: null, cause, data: {} })
}

/** Accepts a deletion that begins in `delay` minutes. */
export function scheduleDelete(call: Call, server: Server, delay: number): Answer {
  const { world } = call
  if (call.settings.doNotDisturb) throw locked('do not disturb mode is active')
  if (server.protected) throw conflict('server is protected')
  if (server.deleteLevel > 0) throw locked('server is being deleted')
  if (server.deleteDue !== null) {
    if (call.settings.readings.deleteTwice === 'conflict') throw conflict('deletion is already scheduled')
    if (call.settings.readings.deleteTwice === 'locked') throw locked('server has pending tasks in queue')
  }

  const cause = call.effect('server.delete-accepted', { serverId: server.id, delay })
  beginDelete(world, server, call.now + delay * 60_000, cause)

  return empty(204)
}

function deleteServer(call: Call): Answer {
  const server = call.server()
  const fallback = call.settings.readings.omittedDelay === 'now' ? 0 : DEFAULT_DELAY_MINUTES

  return scheduleDelete(call, server, readDelay(call, fallback))
}

export const serverLifecycleRoutes: Route[] = [
  { method: 'POST', path: '/servers/{id}/suspend', handle: call => setSuspension(call, call.server(), true) },
  { method: 'POST', path: '/servers/{id}/unsuspend', handle: call => setSuspension(call, call.server(), false) },
  { method: 'DELETE', path: '/servers/{id}', handle: deleteServer },
]
