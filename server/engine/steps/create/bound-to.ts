import type { VirtFusionServer } from '../../../virtfusion/schemas/servers.ts'
import { toObservationPatch } from '../../observation.ts'
import type { Subject } from '../../run.ts'
import type { Write } from '../../writes.ts'

/** The fact that our row stands for this remote server. `ownerId` is whom it was ordered for, where the panel's answer leaves the owner out. */
export function boundTo({ now, server }: { now(): Date, server: Pick<Subject, 'suspendedAt'> }, remote: VirtFusionServer, ownerId: number): Write {
  const observation = toObservationPatch(server, remote, { readAt: now() })
  return { type: 'bound', remote: { id: remote.id, uuid: remote.uuid, ownerId: remote.ownerId ?? ownerId, observation } }
}
