import { startTask } from '../core/work.ts'
import { conflict, empty, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import { refuseInMaintenance, refuseWhileBusy } from './guards.ts'

type PowerAction = 'boot' | 'shutdown' | 'restart' | 'poweroff'

const JOBS: Record<PowerAction, string> = { boot: 'Boot', shutdown: 'Shutdown', restart: 'Restart', poweroff: 'PowerOff' }

function power(call: Call, action: PowerAction): Answer {
  const { world } = call
  const server = call.server()
  refuseWhileBusy(server)
  refuseInMaintenance(call, server)
  if (server.suspended && call.settings.readings.powerOnSuspended === 'refuse') throw conflict('server is suspended')
  if (server.commissionStatus < 3) throw conflict('server is not built')

  const cause = call.effect(`server.${action}-queued`, { serverId: server.id })
  const item = startTask(world, server, {
    kind: 'power', action: `${action}_server`, job: JOBS[action], steps: ['server.get.status', `server.${action}`],
    duration: world.duration('power'), cause, failure: call.input.taskFailure,
    data: {
      to: action === 'boot' || action === 'restart' ? 'running' : 'stopped',
      isGraceful: action === 'shutdown' || action === 'restart',
    },
  })

  return call.settings.readings.powerAnswer === 'empty' ? empty(204) : ok({ queueId: item.id })
}

const ACTIONS: PowerAction[] = ['boot', 'shutdown', 'restart', 'poweroff']

export const serverPowerRoutes: Route[] = ACTIONS.map(action => ({
  method: 'POST', path: `/servers/{id}/power/${action}`, handle: call => power(call, action),
}))
