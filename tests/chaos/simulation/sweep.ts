import { z } from 'zod'
import { isActive, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import { classifyFailure } from '../../../server/engine/classify-failure.ts'
import { memoryOf } from '../../../server/engine/run.ts'
import type { BoundRow, SweepContext, SweepPanel, SweepStore } from '../../../server/engine/sweep/ports.ts'
import { runSweep } from '../../../server/engine/sweep/run-sweep.ts'
import type { EngineClient } from '../../../server/engine/ports.ts'
import type { VirtFusionError } from '../../../server/virtfusion/errors.ts'
import type { MemoryDatabase } from './memory-database.ts'
import type { VirtualTime } from './virtual-time.ts'

const MemorySchema = z.object({ ownerId: z.number().nullish(), baseline: z.array(z.number()).nullish() })

/** The engine's sweep over the tables in memory, as far as it finds servers that belong to nobody. */
export async function sweepForOrphans(database: MemoryDatabase, client: EngineClient, time: VirtualTime): Promise<void> {
  const context: SweepContext = {
    store: openStore(database), panel: openPanel(client), now: () => new Date(database.time()), pause: (ms) => time.sleep(ms), signal: new AbortController().signal,
  }
  await runSweep(context)
}

function openPanel(client: EngineClient): SweepPanel {
  const failed = (error: unknown) => ({ type: 'failed' as const, failure: classifyFailure(error as VirtFusionError) })
  return {
    list: (page) => client.servers.list({ page, results: 200 }).then((listed) => ({ type: 'page' as const, ...listed }), failed),
    read: (id) => client.servers.get(id).then((remote) => ({ type: 'read' as const, remote }), failed),
    readPackage: async () => null,
  }
}

function openStore(database: MemoryDatabase): SweepStore {
  const isBusy = (serverId: string) => [...database.operations.values()].some((operation) => operation.serverId === serverId && isActive(operation.state) && operation.step !== SCHEDULED_STEP)
  const bound = (): BoundRow[] => [...database.servers.values()].flatMap((server) => (server.virtfusionServerId === null
    ? []
    : [{
        id: server.id, lifecycle: server.lifecycle, virtfusionServerId: server.virtfusionServerId, virtfusionUuid: server.virtfusionUuid, virtfusionOwnerId: server.virtfusionOwnerId,
        isSuspended: server.suspendedAt !== null, desiredSuspended: server.desiredSuspended, suspensionFinding: null, isBusy: isBusy(server.id), isVanished: server.vanishedAt !== null, deletedAt: server.deletedAt, observedAt: server.observedAt, observedName: null, comparedUpdate: null, unreadAt: null,
      }]))
  return {
    readSuspensionPolicy: async () => 'report',
    async findBound(remotes) {
      const ids = new Set(remotes.map(({ id }) => id))
      const uuids = new Set(remotes.map(({ uuid }) => uuid))
      return bound().filter((row) => ids.has(row.virtfusionServerId) || (row.virtfusionUuid !== null && uuids.has(row.virtfusionUuid)))
    },
    async findOpenCreates() {
      return [...database.operations.values()].filter(({ kind, serverId }) => kind === 'create' && database.server(serverId).virtfusionServerId === null).flatMap((operation) => {
        const { ownerId, baseline } = MemorySchema.parse(memoryOf(operation))
        if (typeof ownerId !== 'number') return []
        const isOpen = operation.state !== 'failed' && operation.state !== 'cancelled'
        return [{ operationId: operation.id, ownerId, baseline: baseline ?? [], startedAt: operation.createdAt, isOpen }]
      })
    },
    async saveOrphans(sightings) {
      const known = new Set(bound().map(({ virtfusionUuid }) => virtfusionUuid))
      for (const { remote, operationId } of sightings) {
        if (!known.has(remote.uuid) && !database.orphans.has(remote.uuid)) database.orphans.set(remote.uuid, { virtfusionServerId: remote.id, virtfusionUuid: remote.uuid, operationId, seenAt: database.time() })
      }
    },
    async closeBoundOrphans() {
      for (const { virtfusionUuid } of bound()) if (virtfusionUuid !== null) database.orphans.delete(virtfusionUuid)
    },
    countFleet: async () => bound().length,
    // Whole reads of our own servers are the integration tests' business.
    findUnseen: async () => ({ total: 0, rows: [] }),
    loadRecord: async () => null,
    isInDoubt: async () => database.safeModeSince !== null,
    countRecentAbsences: async () => 0,
    findUnseenOrphans: async () => [],
    noteSeen: async () => {}, saveRead: async () => {}, saveFindings: async () => {}, noteUnread: async () => {}, noteAbsence: async () => {}, markVanished: async () => {}, freeze: async () => {}, noteOrphans: async () => {}, announce: async () => {},
  }
}
