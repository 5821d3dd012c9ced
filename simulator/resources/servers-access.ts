import { isSince } from '../core/settings.ts'
import { startTask } from '../core/work.ts'
import type { Server } from '../core/state.ts'
import { conflict, ok, Refusal, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import { refuseInMaintenance, refuseWhileBusy } from './guards.ts'

function resetPassword(call: Call): Answer {
  const { world } = call
  const server = call.server()
  const fields = call.fields()
  const user = fields.choice('user', ['root', call.settings.readings.windowsUser])
  fields.optionalBoolean('sendMail')
  fields.done()
  refuseWhileBusy(server)
  refuseInMaintenance(call, server)
  if (server.commissionStatus < 3) throw conflict('server is not built')

  const expectedPassword = call.random.text(20)
  server.encryptedPassword = call.random.text(120)
  const cause = call.effect('server.password-queued', { serverId: server.id })
  const item = startTask(world, server, {
    kind: 'password', action: 'reset_password', job: 'ResetPassword', steps: ['server.get.status', `server.password.${user ?? 'root'}`],
    duration: world.duration('password'), cause,
    failure: call.input.taskFailure ?? (server.power === 'running' ? null : 'The guest agent did not answer'),
  })

  return ok({ queueId: item.id, expectedPassword })
}

function vncShape(call: Call, server: Server) {
  const { vnc } = server

  return {
    ip: call.state.hypervisors.get(server.hypervisorId)?.ip ?? '',
    hostname: null,
    port: vnc.port,
    password: vnc.password,
    wss: { token: vnc.token, url: `/vnc/?token=${vnc.token}` },
    enabled: call.settings.readings.vncFlag === 'true' && vnc.enabled,
  }
}

function readVnc(call: Call): Answer {
  return ok({ vnc: vncShape(call, call.server()) })
}

function wantedVnc(call: Call, server: Server): boolean {
  const fields = call.fields()
  // Before 7.0 the call was a toggle without a body.
  if (!fields.has('action') && !isSince(call.settings, '7.0')) return !server.vnc.enabled
  if (!fields.has('action') && fields.has('vnc')) return fields.optionalBoolean('vnc') ?? server.vnc.enabled
  const action = fields.choice('action', ['enable', 'disable'])
  fields.done()

  return action === 'enable'
}

function switchVnc(call: Call): Answer {
  const server = call.server()
  if (server.commissionStatus < 3) throw new Refusal(409, { msg: 'server is not built' })
  const enabled = wantedVnc(call, server)
  server.vnc = enabled
    ? { ...server.vnc, enabled, password: call.random.text(8), token: call.random.uuid() }
    : { ...server.vnc, enabled }
  call.effect(enabled ? 'server.vnc-enabled' : 'server.vnc-disabled', { serverId: server.id })

  return ok({ vnc: vncShape(call, server), queueId: null })
}

const RESCUE_IMAGES = [{ id: 1, name: 'Rescue Linux' }]

function readRescue(call: Call): Answer {
  const { rescue } = call.server()

  return ok({
    active: rescue !== null,
    image: RESCUE_IMAGES.find(({ id }) => id === rescue?.imageId) ?? null,
    login: rescue && { username: 'root', password: rescue.password },
    images: RESCUE_IMAGES,
  })
}

function startRescue(call: Call): Answer {
  const { world } = call
  const server = call.server()
  const fields = call.fields()
  const imageId = fields.optionalInteger('imageId', { min: 1 }) ?? 1
  fields.optionalBoolean('sendMail')
  if (!RESCUE_IMAGES.some(({ id }) => id === imageId)) fields.complain('imageId', 'The selected image id is invalid.')
  fields.done()
  refuseWhileBusy(server)
  refuseInMaintenance(call, server)
  if (server.commissionStatus < 3) throw conflict('server is not built')

  server.rescue = { imageId, password: call.random.text(16) }
  const cause = call.effect('server.rescue-queued', { serverId: server.id })
  const item = startTask(world, server, {
    kind: 'rescue', action: 'rescue_server', job: 'Rescue', steps: ['server.get.status', 'server.restart'],
    duration: world.duration('power'), cause, failure: call.input.taskFailure,
  })

  return ok({ queueId: item.id })
}

export const serverAccessRoutes: Route[] = [
  { method: 'POST', path: '/servers/{id}/resetPassword', handle: resetPassword },
  { method: 'GET', path: '/servers/{id}/vnc', handle: readVnc },
  { method: 'POST', path: '/servers/{id}/vnc', handle: switchVnc },
  { method: 'GET', path: '/servers/{id}/rescue', since: '7.1', handle: readRescue },
  { method: 'POST', path: '/servers/{id}/rescue', since: '7.1', handle: startRescue },
]
