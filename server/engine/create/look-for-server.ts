import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { classifyFailure } from '../classify-failure.ts'
import { readFacts } from '../observation.ts'
import type { EnginePanel } from '../panel-port.ts'
import type { Store } from '../ports.ts'
import type { Subject } from '../run.ts'
import type { SettleLook } from './decide-settle.ts'
import { findCandidates, type Expected, type SeenServer } from './find-candidates.ts'
import { knownBefore } from './baseline.ts'
import { hasCustomersNumber } from './has-customers-number.ts'
import type { CreateMemory } from './memory.ts'

/** `panelDate` is the panel's clock when it listed; `isOwnerAbsent`: it says that it has no such user. */
export type LookResult = (SettleLook & { remotes: ReadonlyMap<number, VirtFusionServer>, panelDate?: Date | null, isOwnerAbsent?: boolean }) | { type: 'unauthorized' }

type Ordered = Pick<Subject, 'id'> & { customer: Pick<Subject['customer'], 'virtfusionUserId'> }

const NONE = new Map<number, VirtFusionServer>()

/**
 * Looks at what the owner has now and picks out what may be the ordered server. Used by the engine and by a person's decision alike. Where the
 * customer has lost the number that the order was sent for, or the panel the throw-away user, nothing matches: a person has to see whose it is by now.
 */
export async function lookForServer(store: Pick<Store, 'findBound'>, panel: EnginePanel, memory: CreateMemory, server: Ordered): Promise<LookResult> {
  const { order, ownerId, baseline } = memory
  if (!order || ownerId === undefined) return { type: 'forbidden', remotes: NONE }
  // Without a baseline nothing tells the new server from the old ones.
  if (baseline === null || baseline === undefined) return { type: 'forbidden', remotes: NONE }
  const listed = await panel.listServersOf(ownerId)
  if (!listed.ok) {
    const failure = classifyFailure(listed.error)
    if (failure === 'unauthorized') return { type: 'unauthorized' }
    return { type: failure === 'forbidden' ? 'forbidden' : 'failed', remotes: NONE, isOwnerAbsent: failure === 'absent' }
  }
  const { bound, held } = await store.findBound(listed.value, server.id)
  const wasThere = knownBefore(memory)
  const remotes = new Map<number, VirtFusionServer>()
  const seen: SeenServer[] = []
  for (const row of listed.value) {
    if (wasThere(row) || bound.has(row.id)) continue
    const detail = await panel.getServer(row.id)
    if (!detail.ok && classifyFailure(detail.error) === 'absent') continue
    if (!detail.ok && classifyFailure(detail.error) !== 'forbidden') return { type: 'failed', remotes: NONE }
    const remote = detail.ok ? detail.value : row
    remotes.set(remote.id, remote)
    seen.push(toSeen(remote, detail.ok, ownerId))
  }
  const { panelDate } = listed
  if (seen.length === 0) return { type: 'complete', remotes, candidates: [], panelDate }
  const now = memory.escrow ? await findThrowAway(panel, memory.escrow.relation) : hasCustomersNumber(order, server, ownerId) ? ownerId : server.customer.virtfusionUserId
  if (now === 'unknown') return { type: 'failed', remotes: NONE }
  const expected = await expect(panel, memory, now)
  return expected ? { type: 'complete', remotes, candidates: findCandidates({ seen, held, expected }), panelDate } : { type: 'failed', remotes: NONE }
}

/** Under which number the panel knows a throw-away user now. One that it has lost has left its number to somebody else, or will. */
async function findThrowAway(panel: EnginePanel, relation: string): Promise<number | null | 'unknown'> {
  const found = await panel.findUserByRelation(relation)
  if (found.ok) return found.value.id
  return classifyFailure(found.error) === 'absent' ? null : 'unknown'
}

export function toSeen(remote: VirtFusionServer, isDetailed: boolean, ownerId: number): SeenServer {
  const facts = readFacts(remote)
  return {
    id: remote.id, uuid: remote.uuid, name: remote.name, created: remote.created,
    memoryMb: facts.memoryMb ?? null, storageGb: facts.storageGb ?? null, cpuCores: facts.cpuCores ?? null, ipv4: facts.ipv4 ?? [],
    ownerId: remote.ownerId ?? ownerId, groupId: remote.hypervisor?.groupId ?? null,
    commissionStatus: remote.commissionStatus, built: remote.built, isDetailed,
  }
}

/** The sizes that were ordered: named by the order, else the package's, where the token may read it. Null when they can't be known now: a size that is not compared would let any server pass. */
async function expect(panel: EnginePanel, { order, baselineAt }: CreateMemory, ownerId: number | null): Promise<Expected | null> {
  if (!order) return null
  const wanted = { ...order.features, ...order.overrides }
  const isComplete = wanted.virtfusion_memory !== undefined && wanted.virtfusion_storage !== undefined && wanted.virtfusion_cpu_cores !== undefined
  const read = isComplete ? null : await panel.getPackage(order.features.virtfusion_package_id)
  if (read && !read.ok && classifyFailure(read.error) !== 'forbidden' && classifyFailure(read.error) !== 'absent') return null
  const sizes = read?.ok ? read.value : null
  return {
    ownerId,
    groupId: order.features.virtfusion_hypervisor_id,
    memoryMb: wanted.virtfusion_memory ?? sizes?.memory ?? null,
    storageGb: wanted.virtfusion_storage ?? sizes?.primaryStorage ?? null,
    cpuCores: wanted.virtfusion_cpu_cores ?? sizes?.cpuCores ?? null,
    areSizesKnown: isComplete || sizes !== null,
    bornAfter: baselineAt ? new Date(baselineAt) : null,
  }
}
