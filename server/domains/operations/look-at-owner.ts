import type { ExpectedServer, OwnedServer } from '#shared/schemas/operations.ts'
import type { Call } from '../../context.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { knownBefore } from '../../engine/create/baseline.ts'
import type { StoredCandidate } from '../../engine/create/find-candidates.ts'
import { lookForServer } from '../../engine/create/look-for-server.ts'
import { readCreateMemory, type CreateMemory } from '../../engine/create/memory.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { readFacts } from '../../engine/observation.ts'
import type { EnginePanel } from '../../engine/panel-port.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import type { LoadedOperation } from './load-operation.ts'
import { describeExpected } from './describe-expected.ts'
import { findHolders, type Holder } from './find-holders.ts'
import { readDoubtfulSend } from './read-doubtful-send.ts'
import { toCandidate } from './to-candidate.ts'

/** What the owner has at the panel at this moment. `servers` is null where that could not be read whole; `failure` says why, and `isForbidden` that no later look will tell more. */
export interface OwnerLook { readAt: Date, servers: OwnedServer[] | null, expected: ExpectedServer | null, failure: DiagnosisRecord | null, isForbidden: boolean }

/**
 * The same look as the engine takes, for a person: all of the owner's servers, with what the new ones lack. Nothing is changed. With `sinceAsked`
 * at that owner, where nothing is known of a sending: new is what was made since the order was asked for.
 */
export async function lookAtOwner(call: Call, panel: EnginePanel, operation: LoadedOperation, sinceAsked?: { ownerId: number }): Promise<OwnerLook> {
  const { memory, server, ownerId, baseline } = sinceAsked ? await measureByAge(call, operation, sinceAsked.ownerId) : { ...readDoubtfulSend(operation), memory: readCreateMemory(operation), server: operation.server }
  const readAt = call.now()
  const seen = watch(memory.escrow ? seeingGoneUsers(panel) : panel)
  // Where the list from before is missing, every server that is nobody's is compared.
  const look = await lookForServer(engineOf(call).store, seen.panel, { ...memory, ownerId, baseline: baseline ?? [] }, server)
  const expected = describeExpected(memory, seen.sizes())
  if (look.type !== 'complete') return { readAt, servers: null, expected, failure: seen.failure(), isForbidden: look.type === 'forbidden' }
  const holders = await findHolders(call.db, seen.listed(), operation.serverId)
  return { readAt, expected, failure: null, isForbidden: false, servers: seen.listed().map((row) => describeServer(row, { memory, candidates: look.candidates, holder: holders.get(row.id) ?? null })) }
}

/** When the order was asked for is told by our clock, a server's age by the panel's: known to the difference that was seen last, and no better. */
const CLOCKS_APART_MS = 15 * 60_000

/** No list from before, and no throw-away user: what is not older than the order itself may be its server. */
async function measureByAge(call: Call, operation: LoadedOperation, ownerId: number) {
  const health = await call.db.panelHealth.findUnique({ where: { id: 'default' }, select: { clockDifferenceSeconds: true } })
  const askedAt = operation.createdAt.getTime() + (health?.clockDifferenceSeconds ?? 0) * 1000 - CLOCKS_APART_MS
  const memory: CreateMemory = { ...readCreateMemory(operation), ownerId, escrow: undefined, baseline: undefined, baselineMarks: undefined, baselineAt: new Date(askedAt).toISOString() }
  const { server } = operation
  return { memory, ownerId, baseline: undefined, server: { ...server, customer: { ...server.customer, virtfusionUserId: ownerId } } }
}

interface Sizes { memory: number | null, primaryStorage: number | null, cpuCores: number | null }

/** What a throw-away user had before a fence took it away is told by the list of all servers alone. */
function seeingGoneUsers(panel: EnginePanel): EnginePanel {
  return {
    ...panel,
    async listServersOf(ownerId) {
      const answer = await panel.listServersOf(ownerId)
      if (answer.ok || classifyFailure(answer.error) !== 'absent') return answer
      const all = await panel.listAllServers()
      if (!all.ok) return all
      const owned: VirtFusionServer[] = []
      for (const { id } of all.value.filter((row) => row.ownerId === ownerId)) {
        const read = await panel.getServer(id)
        if (!read.ok) return read
        owned.push(read.value)
      }
      return { ...all, value: owned }
    },
  }
}

/** The panel, with a note of what its answers said. */
function watch(panel: EnginePanel) {
  let listed: VirtFusionServer[] = []
  let sizes: Sizes | null = null
  let failure: DiagnosisRecord | null = null
  const note = <T>(answer: { ok: true, value: T } | { ok: false, diagnosis: DiagnosisRecord }, keep: (value: T) => void) => {
    if (answer.ok) keep(answer.value)
    else failure = answer.diagnosis
  }
  return {
    panel: {
      ...panel,
      async listServersOf(ownerId: number) {
        const answer = await panel.listServersOf(ownerId)
        note(answer, (value) => { listed = value })
        return answer
      },
      async getServer(id: number) {
        const answer = await panel.getServer(id)
        note(answer, () => {})
        return answer
      },
      async getPackage(id: number) {
        const answer = await panel.getPackage(id)
        if (answer.ok) sizes = answer.value
        return answer
      },
    },
    listed: () => listed,
    sizes: () => sizes,
    failure: () => failure,
  }
}

interface Known { memory: CreateMemory, candidates: readonly StoredCandidate[], holder: Holder | null }

function describeServer(row: VirtFusionServer, { memory, candidates, holder }: Known): OwnedServer {
  const candidate = candidates.find(({ id }) => id === row.id)
  const facts = readFacts(row)
  const stored = candidate ?? {
    id: row.id, uuid: row.uuid, name: row.name, created: row.created,
    memoryMb: facts.memoryMb ?? null, storageGb: facts.storageGb ?? null, cpuCores: facts.cpuCores ?? null, ipv4: facts.ipv4 ?? [], differences: [],
  }
  // Of unknown age is not old: what nobody can tell apart speaks against another try.
  const isOld = candidate !== undefined && candidate.created !== null && candidate.differences.some(({ code }) => code === 'older')
  const wasThere = memory.baseline ? knownBefore(memory)(row) : isOld
  const boundTo = holder?.isBound ? { serverId: holder.serverId, reference: holder.reference } : null
  return { ...toCandidate(stored, { memory, boundTo: boundTo?.reference ?? null, holder: holder?.reference ?? null, ownerId: row.ownerId }), isNew: !wasThere, boundTo }
}
