import type { DriftValue } from '#shared/lifecycle/drift.ts'
import type { Db, Services } from '../../context.ts'
import { enterSafeMode } from '../../domains/identity/enter-safe-mode.ts'
import { notify } from '../../domains/notifications/notify.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { readSafeModeLeft } from '../identity/read-safe-mode.ts'
import { storeObservation, storeVanished } from '../observe-server.ts'
import { lockServer } from '../postgres/write-move.ts'
import { announce } from './announce.ts'
import { enforceSuspension, isSuspendedAgain, isSuspensionLifted, undoLateSuspension } from './enforce-suspension.ts'
import type { Finding, FindingChanges, SweepStore } from './ports.ts'

type FindingPart = Pick<SweepStore, 'saveRead' | 'saveFindings' | 'noteUnread' | 'noteAbsence' | 'countRecentAbsences' | 'markVanished' | 'isInDoubt' | 'freeze' | 'announce'>

/** More than these are told with one message. */
const TOLD_ONE_BY_ONE = 3
const OBSERVED = { id: true, customerId: true, suspendedAt: true, memoryMb: true, storageGb: true, trafficGb: true, cpuCores: true } as const

/** Kept beside what was read: the next read that comes forgets it. */
async function keepMoment(db: Db, serverId: string, name: 'unreadAt' | 'absentSince', at: Date): Promise<void> {
  await db.$executeRaw`update servers set observation = coalesce(observation, '{}'::jsonb) || jsonb_build_object(${name}::text, ${at.toISOString()}::text) where id = ${serverId}::uuid`
}

export function findingPart(services: Services): FindingPart {
  const { db } = services
  return {
    async saveRead({ id }, { remote, readAt, comparedUpdate, findings }) {
      await db.$transaction(async (tx) => {
        await lockServer(tx, id)
        await writeFindings(tx, id, findings, readAt)
        const server = await tx.server.findUnique({ where: { id }, select: OBSERVED })
        if (server) await storeObservation(tx, server, remote, { readAt, comparedUpdate })
      })
      if (isSuspensionLifted(findings)) await enforceSuspension(services, id)
      if (isSuspendedAgain(findings)) await undoLateSuspension(services, id)
    },
    async saveFindings({ id }, { findings, readAt }) {
      await db.$transaction((tx) => writeFindings(tx, id, findings, readAt))
    },
    noteUnread: (serverId, at) => keepMoment(db, serverId, 'unreadAt', at),
    noteAbsence: (serverId, at) => keepMoment(db, serverId, 'absentSince', at),
    async countRecentAbsences(since, except) {
      const left = await readSafeModeLeft(db)
      const from = left && left > since ? left : since
      // A row that was deleted because its server was missing counts as well: one that Berth has deleted itself was there until then.
      const [row] = await db.$queryRaw<{ count: number }[]>`
        select count(*)::int as count from servers
        where id <> all(${except}::uuid[])
          and (vanished_at > ${from} or (vanished_at is null and observation->>'absentSince' > ${from.toISOString()}))`
      return row?.count ?? 0
    },
    async markVanished(absences) {
      const isQuiet = absences.length > TOLD_ONE_BY_ONE
      for (const { serverId, since } of absences) {
        await db.$transaction(async (tx) => {
          const server = await tx.server.findUnique({ where: { id: serverId }, select: { id: true, customerId: true, name: true, reference: true } })
          if (server) await storeVanished(tx, services, server, since, { isQuiet })
        })
      }
      const [first] = absences
      if (isQuiet && first) {
        await notify(db, services, {
          to: 'admins', level: 'error', code: 'servers_vanished', params: { count: absences.length }, link: '/admin/drift?tab=vanished',
          dedupeKey: `servers_vanished:${first.since.toISOString()}`,
        })
      }
    },
    async isInDoubt() {
      return await db.panelIdentity.findFirst({ where: { safeModeSince: { not: null } }, select: { id: true } }) !== null
    },
    async freeze(cause) {
      const params = { ...cause }
      services.log.error(params, 'too many servers are missing at once: nothing is marked, nothing is changed at the panel')
      await db.$transaction(async (tx) => {
        await enterSafeMode(tx, services, { code: 'mass_vanish', params })
        const identity = await tx.panelIdentity.findFirst({ where: { safeModeSince: { not: null } }, select: { safeModeSince: true } })
        await notify(tx, services, {
          to: 'admins', level: 'error', code: 'mass_vanish', params, link: '/admin/drift?tab=vanished',
          dedupeKey: `mass_vanish:${(identity?.safeModeSince ?? services.now()).toISOString()}`,
        })
      })
    },
    announce: () => announce(services),
  }
}

async function writeFindings(tx: Db, serverId: string, { add, keep, end }: FindingChanges, at: Date): Promise<void> {
  // Two reads of one server at once find the same; the index keeps the first.
  if (add.length > 0) await tx.driftFinding.createMany({ data: add.map((finding) => ({ serverId, field: finding.field, ...valuesOf(finding), firstSeenAt: at, lastSeenAt: at })), skipDuplicates: true })
  for (const { id, reopens, ...finding } of keep) {
    await tx.driftFinding.updateMany({ where: { id, state: { in: ['open', 'ignored'] } }, data: { ...valuesOf(finding), lastSeenAt: at } })
    // Another read may have opened it a moment ago: then the admins have heard of it.
    if (reopens) await tx.driftFinding.updateMany({ where: { id, state: 'ignored' }, data: { state: 'open', firstSeenAt: at, announcedAt: null, reason: null, decidedById: null, decidedAt: null } })
  }
  if (end.length > 0) await tx.driftFinding.updateMany({ where: { id: { in: end }, state: { in: ['open', 'ignored'] } }, data: { state: 'gone', lastSeenAt: at } })
}

const valuesOf = ({ planValue, ourValue, panelValue }: Finding) => ({ planValue: toJson(planValue), ourValue: toJson(ourValue), panelValue: toJson(panelValue) })
const toJson = (value: DriftValue) => value ?? Prisma.DbNull
