import { diskTotal } from '../core/capacity.ts'
import { giveServer } from '../core/servers.ts'
import { isSince } from '../core/settings.ts'
import type { Package, Server } from '../core/state.ts'
import { conflict, empty, notFound, Refusal, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import { CUSTOM_XML_PARTS } from '../shapes/server-constants.ts'
import { refuseWhileBusy } from './guards.ts'

function rename(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  const name = fields.text('name', { min: 1, max: 63 })
  fields.done()

  server.name = name
  server.updated = call.now
  call.effect('server.renamed', { serverId: server.id })

  return empty(isSince(call.settings, '7.0') ? 201 : 200)
}

/** Notes that a change waits for the guest's next start. */
function waitForRestart(call: Call, server: Server, action: string) {
  if (server.power === 'stopped') return
  server.pending = server.pending.filter(pending => pending.action !== action)
  server.pending.push({
    id: call.world.takeId('pending'), action, requires: ['boot', 'restart', 'shutdown', 'poweroff'], payload: {}, created: call.now,
  })
}

function changeCores(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  // The path says cpuCores, the field says cores; the path's name as a field is refused.
  const cores = fields.integer('cores', { min: 1, max: 600 })
  fields.done()

  server.cores = cores
  call.world.touch()
  server.updated = call.now
  waitForRestart(call, server, 'Update CPU cores')
  call.effect('server.cores-changed', { serverId: server.id })

  return empty(201)
}

function changeMemory(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  const memory = fields.integer('memory', { min: 256 })
  fields.done()
  refuseWithoutRoom(call, server, { memory, cores: server.cores, storage: diskTotal(server) })

  server.memory = memory
  call.world.touch()
  server.updated = call.now
  waitForRestart(call, server, 'Update memory')
  call.effect('server.memory-changed', { serverId: server.id })

  return empty(201)
}

function changeTraffic(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  const traffic = fields.integer('traffic', { min: 0, max: 999_999_999 })
  fields.done()

  server.traffic = traffic
  server.updated = call.now
  call.effect('server.traffic-changed', { serverId: server.id })

  return empty(201)
}

function changeThrottle(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  const percent = fields.integer('percent', { min: 0, max: 99 })
  fields.done()

  server.cpuThrottle = percent
  server.updated = call.now
  call.effect('server.throttle-changed', { serverId: server.id })

  return empty(201)
}

function refuseWithoutRoom(call: Call, server: Server, wanted: { memory: number, cores: number, storage: number }) {
  const hypervisor = call.state.hypervisors.get(server.hypervisorId)
  if (!hypervisor) return
  const usage = call.world.usage(hypervisor.id)
  const exceeds = (max: number, used: number) => max > 0 && used > max
  const isShort = exceeds(hypervisor.maxMemory, usage.memory - server.memory + wanted.memory)
    || exceeds(hypervisor.maxCores, usage.cores - server.cores + wanted.cores)
    || exceeds(hypervisor.maxStorage, usage.storage - diskTotal(server) + wanted.storage)
  if (isShort) throw new Refusal(422, { errors: ['The hypervisor does not have enough free resources'] })
}

interface PackageStep { flag: string, label: string, current: number, wanted: number, apply: () => void }

function packageSteps(server: Server, row: Package, primary: Server['disks'][number]): PackageStep[] {
  return [
    { flag: 'cpu', label: 'CPU cores', current: server.cores, wanted: row.cores, apply: () => { server.cores = row.cores } },
    { flag: 'memory', label: 'Memory', current: server.memory, wanted: row.memory, apply: () => { server.memory = row.memory } },
    { flag: 'primaryDiskSize', label: 'Primary disk size', current: primary.capacity, wanted: row.storage, apply: () => { primary.capacity = row.storage } },
    { flag: 'primaryNetworkTraffic', label: 'Primary network traffic', current: server.traffic, wanted: row.traffic, apply: () => { server.traffic = row.traffic } },
    { flag: 'primaryNetworkInboundSpeed', label: 'Primary network inbound speed', current: server.speedIn, wanted: row.speedIn, apply: () => { server.speedIn = row.speedIn } },
    { flag: 'primaryNetworkOutboundSpeed', label: 'Primary network outbound speed', current: server.speedOut, wanted: row.speedOut, apply: () => { server.speedOut = row.speedOut } },
    { flag: 'backupPlan', label: 'Backup plan', current: server.backupPlanId, wanted: row.backupPlanId, apply: () => { server.backupPlanId = row.backupPlanId } },
  ]
}

/** Takes over what the flags ask for (all, when there are none) and says what was not changed. */
function changePackage(call: Call): Answer {
  const server = call.server()
  const row = call.find(call.state.packages, 'packageId', 'package')
  refuseWhileBusy(server)
  const primary = server.disks[0]
  if (!primary) throw notFound('disk')
  const fields = call.fields()
  const steps = packageSteps(server, row, primary)
  const wanted = steps.filter(({ flag }) => fields.optionalBoolean(flag) ?? true)
  fields.done()
  refuseWithoutRoom(call, server, {
    memory: wanted.some(({ flag }) => flag === 'memory') ? row.memory : server.memory,
    cores: wanted.some(({ flag }) => flag === 'cpu') ? row.cores : server.cores,
    storage: diskTotal(server) + Math.max(0, row.storage - primary.capacity),
  })

  const info: string[] = []
  for (const { flag, label, current, wanted: next, apply } of wanted) {
    if (current === next) info.push(`${label} not updated. It matches the current value`)
    else if (flag === 'primaryDiskSize' && next < current) info.push(`${label} not updated. A disk cannot be made smaller`)
    else {
      apply()
      info.push(`${label} updated`)
    }
  }
  call.world.touch()
  server.packageId = row.id
  server.updated = call.now
  waitForRestart(call, server, 'Update resources')
  call.effect('server.package-changed', { serverId: server.id, packageId: row.id })

  return isSince(call.settings, '7.0') ? { status: 200, body: { info } } : empty(204)
}

function changeOwner(call: Call): Answer {
  const server = call.server()
  const owner = call.find(call.state.users, 'newOwnerId', 'user')
  if (server.built === null && call.settings.readings.unbuiltOwnerChange === 'refuse') throw conflict('server is not built')
  giveServer(call.world, server, owner.id)
  server.updated = call.now
  call.effect('server.owner-changed', { serverId: server.id, userId: owner.id })

  return empty(201)
}

function changeCustomXml(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  for (const part of CUSTOM_XML_PARTS) {
    const xml = fields.optionalText(part, { max: 100_000 })
    const enabled = fields.optionalBoolean(`${part}Enabled`)
    const current = server.customXml[part] ?? { xml: '', enabled: false }
    server.customXml[part] = { xml: xml ?? current.xml, enabled: enabled ?? current.enabled }
  }
  fields.done()
  call.effect('server.xml-changed', { serverId: server.id })

  return empty(200)
}

export const serverModifyRoutes: Route[] = [
  { method: 'PATCH', path: '/servers/{id}/name', until: '7.0', handle: rename },
  { method: 'PUT', path: '/servers/{id}/modify/name', since: '7.0', handle: rename },
  { method: 'PUT', path: '/servers/{id}/modify/cpuCores', since: '6.2', handle: changeCores },
  { method: 'PUT', path: '/servers/{id}/modify/memory', since: '6.2', handle: changeMemory },
  { method: 'PUT', path: '/servers/{id}/modify/traffic', since: '6.2', handle: changeTraffic },
  { method: 'PUT', path: '/servers/{id}/modify/cpuThrottle', handle: changeThrottle },
  { method: 'PUT', path: '/servers/{id}/package/{packageId}', handle: changePackage },
  { method: 'PUT', path: '/servers/{id}/owner/{newOwnerId}', handle: changeOwner },
  { method: 'POST', path: '/servers/{id}/customXML', since: '7.0', handle: changeCustomXml },
]
