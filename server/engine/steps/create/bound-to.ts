import type { VirtFusionServer } from '../../../virtfusion/schemas/servers.ts'
import type { CreateMemory } from '../../create/memory.ts'
import { toObservationPatch } from '../../observation.ts'
import type { Subject } from '../../run.ts'
import type { Write } from '../../writes.ts'

interface Sent extends Pick<CreateMemory, 'escrow'> {
  /** Whom it was ordered for, where the panel's answer leaves the owner out. */
  ownerId: number
}

/** The fact that our row stands for this remote server. */
export function boundTo({ now, server }: { now(): Date, server: Pick<Subject, 'suspendedAt'> }, remote: VirtFusionServer, { ownerId, escrow }: Sent): Write {
  const observation = toObservationPatch(server, remote, { readAt: now() })
  return { type: 'bound', remote: { id: remote.id, uuid: remote.uuid, ownerId: remote.ownerId ?? ownerId, isInEscrow: escrow !== undefined, observation } }
}
