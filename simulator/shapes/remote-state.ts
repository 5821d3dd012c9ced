import { inMaintenance } from '../core/capacity.ts'
import { stableFraction } from '../core/random.ts'
import type { Server } from '../core/state.ts'
import type { World } from '../core/world.ts'

const GIB = 1024 ** 3

/** What the hypervisor reports about a guest; false when it cannot be asked. Memory is kB. */
export function remoteState(world: World, server: Server): unknown {
  const hypervisor = world.state.hypervisors.get(server.hypervisorId)
  if (!hypervisor || inMaintenance(hypervisor, world.settings) || server.commissionStatus < 3) return false
  if (server.power === 'stopped') return { running: false, state: 'stopped' }

  // Values follow the server and the time alone, so that the order of calls cannot change them.
  const minute = Math.floor(world.now() / 60_000)
  const load = stableFraction(`${server.uuid}:${minute}`)
  const upSeconds = Math.max(0, Math.floor((world.now() - server.powerSince) / 1000))
  const total = server.memory * 1024
  const used = Math.round(total * (0.25 + load * 0.4))
  const template = world.state.templates.get(server.templateId ?? 0)
  const isWindows = template?.type === 'windows'
  const diskBytes = (server.disks[0]?.capacity ?? 0) * GIB

  return {
    running: true,
    state: 'running',
    cpu: Math.round(load * 600) / 10,
    memory: isWindows
      ? { memtotal: total, memfree: total - used }
      : { actual: total, unused: total - used, available: total, rss: used, usable: total - used },
    disk: { vda: { 'rd.bytes': upSeconds * 20_000, 'wr.bytes': upSeconds * 12_000 } },
    ...(isWindows
      ? {}
      : {
          agent: {
            fsinfo: [{
              'name': 'vda1', 'mountpoint': '/', 'type': 'ext4',
              'used-bytes': Math.round(diskBytes * (0.1 + stableFraction(server.uuid) * 0.4)), 'total-bytes': diskBytes,
            }],
            osinfo: { 'pretty-name': template ? `${template.name} ${template.version}` : '', 'kernel-release': '6.1.0' },
          },
        }),
  }
}
