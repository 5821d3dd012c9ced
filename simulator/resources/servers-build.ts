import { startTask } from '../core/work.ts'
import type { Server } from '../core/state.ts'
import { ok, Refusal, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import { serverDetail } from '../shapes/server.ts'
import { refuseWhileBusy } from './guards.ts'
import { templatesFor } from './templates.ts'

const SWAP_SIZES = new Set([256, 512, 768, 1, 1.5, 2, 3, 4, 5, 6, 8])
const HOSTNAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

const STEPS = [
  'server.get.status', 'server.config.dhcp', 'server.os.template.exists', 'server.os.template.download',
  'server.os.template.download.check', 'server.create.ci', 'server.disk.create.os', 'server.os.install.check',
  'server.vnc.disable', 'server.boot', 'server.config.statistics',
]

function readBuild(call: Call, server: Server) {
  const fields = call.fields()
  const templateId = fields.integer('operatingSystemId')
  const name = fields.optionalText('name', { max: 63 })
  const hostname = fields.optionalText('hostname', { max: 253 })
  const sshKeys = fields.optionalIntegers('sshKeys') ?? []
  const swap = fields.optionalNumber('swap')
  const ipv6 = fields.optionalBoolean('ipv6') ?? false
  fields.optionalBoolean('vnc')
  fields.optionalBoolean('email')
  if (hostname !== null && hostname !== '' && !HOSTNAME.test(hostname)) fields.complain('hostname', 'The hostname format is invalid.')
  if (swap !== null && !SWAP_SIZES.has(swap)) fields.complain('swap', 'The selected swap is invalid.')
  const isOwn = (id: number) => call.state.sshKeys.get(id)?.userId === server.ownerId
  if (!sshKeys.every(isOwn)) fields.complain('sshKeys', 'The selected ssh keys are invalid.')
  fields.done()

  return { templateId, name, hostname, sshKeys, ipv6 }
}

function build(call: Call): Answer {
  const { world } = call
  const server = call.server()
  refuseWhileBusy(server)
  if (server.suspended) throw new Refusal(409, { msg: 'server is suspended' })
  const wanted = readBuild(call, server)
  const template = templatesFor(call, server.packageId).find(({ id }) => id === wanted.templateId)
  if (!template) throw new Refusal(422, { errors: ['The operating system is not available for this server'] })

  const password = call.random.text(20)
  if (wanted.name !== null) server.name = wanted.name
  if (wanted.hostname !== null) server.hostname = wanted.hostname
  Object.assign(server, {
    commissionStatus: 1, state: 'queued', buildFailed: false, configLevel: 1, templateId: template.id, sshKeyIds: wanted.sshKeys,
    power: 'stopped', updated: call.now, encryptedPassword: call.random.text(120), rescue: null,
  })
  const cause = call.effect('server.build-queued', { serverId: server.id, templateId: template.id, rebuild: server.built === null ? 0 : 1 })
  const later = (kind: string, ms: number) =>
    world.schedule({ at: call.now + ms, kind, serverId: server.id, queueId: null, cause, data: {} })
  // Before its end is: the clock goes on between the two, and a build that ends in less than that would be running for good.
  later('build.running', world.duration('buildQueued'))
  startTask(world, server, {
    kind: 'build.end',
    action: 'build_server',
    job: 'Build',
    steps: STEPS,
    duration: world.duration('buildQueued') + world.duration('buildRunning'),
    cause,
    failure: call.input.taskFailure ?? (template.isBroken ? 'The operating system image could not be written' : null),
  })
  if (wanted.ipv6 && server.ipv6.length === 0) later('ipv6', world.duration('ipv6'))

  const { remoteState: _absent, ...detail } = serverDetail(world, server)

  return ok({ ...detail, settings: { ...detail.settings, decryptedPassword: password } })
}

export const serverBuildRoutes: Route[] = [
  { method: 'POST', path: '/servers/{id}/build', handle: build },
]
