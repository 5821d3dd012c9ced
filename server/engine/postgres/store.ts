import { ACTIVE_STATES, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Services } from '../../context.ts'
import { readGroup } from '../../domains/settings/registry.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { spendHarm } from '../harm/harm-store.ts'
import { nameInstallation } from '../identity/installation-name.ts'
import { takeOwner } from '../owner-lock.ts'
import type { Store } from '../ports.ts'
import { scheduleOperation } from '../schedule-operation.ts'
import { believeAbsence } from '../sweep/confirm-absence.ts'
import { openSweepStore } from '../sweep/store.ts'
import { beginAttempt, completeAttempt, completeLostAttempts, findLastAttempt, insertCalls } from './attempts.ts'
import { claimOperation, handOver, renewLease } from './claims.ts'
import { isGivenAgain, keepPanelUser } from './panel-users.ts'
import { onPool } from './sql.ts'
import { writeFacts, writeMove } from './write-move.ts'

/** Longer than a call and the storing of its answer take. */
const SIBLING_MS = 60_000
/** How often one operation may try whether the token works again. */
const PROBE_SECONDS = 30

/** The engine's store on PostgreSQL: each verb is one statement or one transaction. */
export function createPostgresStore(services: Services): Store {
  const { db } = services
  const execute = onPool(services.database.pool)
  return {
    claim: (operationId) => claimOperation(execute, operationId, services.newestMigration),
    renew: (lease) => renewLease(execute, lease),
    handOver: (lease) => db.$transaction((tx) => handOver(tx, lease)),
    schedule: (operationId, at) => scheduleOperation(db, operationId, at),
    write: (move) => writeMove(services, move),
    writeFacts: (operation, server, facts) => writeFacts(services, { operation, server, facts }),

    beginAttempt: (attempt, lease) => beginAttempt(execute, attempt, lease),
    completeAttempt: (id, ending) => completeAttempt(execute, id, ending),
    recordCall: async (call) => void await execute(insertCalls([call])),
    completeLostAttempts: (operationId, action) => completeLostAttempts(execute, operationId, action),
    findLastAttempt: (operationId, action) => findLastAttempt(execute, operationId, action),

    takeOwner: (lease, ownerId) => takeOwner(execute, lease, ownerId),
    async findBound(remotes, exceptServerId) {
      const [ids, uuids] = [remotes.map(({ id }) => id), remotes.map(({ uuid }) => uuid)]
      const rows = await execute(Prisma.sql`
        select r.id, bool_or(s.virtfusion_uuid is null or s.virtfusion_uuid = r.uuid) as is_bound
        from unnest(${ids}::int[], ${uuids}::text[]) r(id, uuid) join servers s on s.virtfusion_server_id = r.id
        where (s.lifecycle <> 'deleted' or s.virtfusion_uuid = r.uuid) and s.id <> ${exceptServerId}::uuid
        group by r.id`)
      const numbers = (isBound: boolean) => new Set(rows.flatMap((row) => (row['is_bound'] === isBound ? Number(row['id']) : [])))
      return { bound: numbers(true), held: numbers(false) }
    },
    keepPanelUser: (customerId, virtfusionUserId) => keepPanelUser(execute, customerId, virtfusionUserId),
    isGivenAgain: (virtfusionUserId, relation) => isGivenAgain(execute, virtfusionUserId, relation),
    async findPanelUser(id) {
      return (await db.user.findUniqueOrThrow({ where: { id }, select: { virtfusionUserId: true } })).virtfusionUserId
    },
    async hasSiblingMakingUser(operationId, customerId) {
      const siblings = await db.operation.findMany({ where: { kind: 'create', id: { not: operationId }, server: { customerId } }, select: { id: true } })
      return await db.provisioningLog.count({
        where: {
          action: 'users.create', operationId: { in: siblings.map(({ id }) => id) },
          createdAt: { gt: new Date(services.now().getTime() - SIBLING_MS) }, OR: [{ completedAt: null }, { outcome: 'ok' }],
        },
      }) > 0
    },

    believeAbsence: (serverId, at) => believeAbsence({ store: openSweepStore(services), now: services.now }, serverId, at),
    async findRival(serverId, operationId) {
      const rival = await db.operation.findFirst({
        where: { serverId, id: { not: operationId }, state: { in: ACTIVE_STATES }, step: { not: SCHEDULED_STEP } }, select: { id: true },
      })
      return rival?.id ?? null
    },

    async mayProbe() {
      return await db.$executeRaw`
        update panel_health set last_failure_at = now(), updated_at = now()
        where id = 'default' and paused_at is not null and abs(extract(epoch from now() - last_failure_at)) > ${PROBE_SECONDS}` > 0
    },
    spendHarm: ({ id, serverId, kind }) => spendHarm(services, { operationId: id, serverId, kind }),
    createSettings: async () => (await readGroup(db, 'create')).value,
    installationName: () => nameInstallation(services),
  }
}
