import type { z } from 'zod'
import { judgeDecision, PUSHED_SIZES, type DriftDecision, type DriftValue, type FindingState, type PushedSize } from '#shared/lifecycle/drift.ts'
import { DriftFieldSchema, type DriftFindingSchema, type ResolveDrift } from '#shared/schemas/drift.ts'
import { FeaturesSchema, OverridesSchema } from '#shared/schemas/features.ts'
import type { Call, Db } from '../../context.ts'
import { lockServer } from '../../engine/postgres/write-move.ts'
import { findSuspensionReason } from '../../engine/sweep/enforce-suspension.ts'
import { readDriftValue, sizesOf } from '../../engine/sweep/store-servers.ts'
import { conflict, notFound } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { findNames } from '../people/find-names.ts'
import { changeServer } from '../servers/change-server.ts'
import type { LoadedServer } from '../servers/load-servers.ts'
import { FINDING, type LoadedFinding } from './load-findings.ts'
import { serializeFinding } from './serialize-finding.ts'
import { takeValue } from './take-value.ts'

const ENDS: Record<DriftDecision, FindingState> = { take: 'taken', push: 'pushed', ignore: 'ignored' }
const ACTIONS: Record<DriftDecision, string> = { take: 'server.drift_taken', push: 'server.drift_pushed', ignore: 'server.drift_ignored' }

/**
 * A person's decision on one difference: our record takes the panel's value, an operation carries ours to the panel, or it is ignored for as
 * long as the panel's value stays. Every one is audited. @throws AppError not_found, conflict
 */
export async function resolveFinding(call: Call, id: string, { decision, reason, shown }: ResolveDrift): Promise<z.input<typeof DriftFindingSchema>> {
  const listed = await loadFinding(call.db, id)
  requireShown(listed, shown)
  if (decision === 'push') await push(call, listed, reason ?? null)
  await call.db.$transaction(async (tx) => {
    await lockServer(tx, listed.serverId)
    // Whoever else decides on it now, or reads the server, waits.
    await tx.$queryRaw`select id from drift_findings where id = ${id}::uuid for update`
    const finding = await loadFinding(tx, id)
    // The operation of a push may have settled it already.
    if (decision === 'push' && finding.state !== 'open' && finding.state !== 'ignored') return
    requireAllowed(finding, decision)
    requireShown(finding, shown)
    if (decision === 'take') await take(tx, finding, reason ?? null)
    await tx.driftFinding.update({
      where: { id }, data: { state: ENDS[decision], reason: reason ?? null, decidedById: call.user.id, decidedAt: call.now() }, select: { id: true },
    })
    // A push is told by the operation that it asked for.
    if (decision !== 'push') await recordAudit(tx, call, { action: ACTIONS[decision], ...about(finding), after: { ...told(finding), reason: reason ?? null } })
    await call.events.publish(tx, { type: 'server', serverId: finding.serverId }, { admins: true })
  })
  const finding = await loadFinding(call.db, id)
  return serializeFinding(finding, await findNames(call.db, [finding.decidedById]))
}

async function loadFinding(db: Db, id: string): Promise<LoadedFinding> {
  const finding = await db.driftFinding.findUnique({ where: { id }, ...FINDING })
  if (!finding || !DriftFieldSchema.safeParse(finding.field).success) throw notFound()
  return finding
}

/** A sweep may have found another value since the page was drawn. @throws AppError conflict */
function requireShown({ ourValue, panelValue }: LoadedFinding, shown: ResolveDrift['shown']): void {
  if (!shown || (shown.ourValue === readDriftValue(ourValue) && shown.panelValue === readDriftValue(panelValue))) return
  throw conflict('One of the two values has changed since you opened this. Close it, look at the difference again, then decide.', 'finding_changed')
}

function requireAllowed(finding: LoadedFinding, decision: DriftDecision): void {
  const verdict = judgeDecision(DriftFieldSchema.parse(finding.field), finding.state, decision)
  if (!verdict.allowed) throw conflict(verdict.reason, finding.state === 'open' ? 'decision_not_possible' : 'finding_settled')
}

async function take(tx: Db, finding: LoadedFinding, reason: string | null): Promise<void> {
  const server = await tx.server.findUniqueOrThrow({ where: { id: finding.serverId }, select: { overrides: true, suspendedAt: true } })
  const patch = takeValue(DriftFieldSchema.parse(finding.field), readDriftValue(finding.panelValue), server.overrides)
  if (!patch) throw conflict('The panel\'s value is not one that our record can hold.', 'decision_not_possible')
  // A suspension by hand that is accepted gets the reason that was typed for it.
  const why = patch.desiredSuspended === true && server.suspendedAt && reason ? { suspensionReason: reason } : {}
  await tx.server.update({ where: { id: finding.serverId }, data: { ...patch, ...why, version: { increment: 1 } }, select: { id: true } })
}

/** By the operation that a person would ask for: it is recorded, settled and shown like any other. The same finding asks once. */
async function push(call: Call, finding: LoadedFinding, reason: string | null): Promise<void> {
  requireAllowed(finding, 'push')
  const request = { serverId: finding.serverId, idempotencyKey: `drift:${finding.id}` }
  const audit = { action: ACTIONS.push, after: { ...told(finding), reason } }
  const check = (_server: LoadedServer, tx: Db) => requireStillWanted(tx, finding.id)
  const ours = readDriftValue(finding.ourValue)
  if (finding.field === 'name') {
    // The name that stands in our row now: it may have been changed since.
    await changeServer(call, request, { action: 'rename', kind: 'rename', input: { name: finding.server.name }, cause: 'drift', check, audit })
    return
  }
  if (finding.field === 'owner') {
    await changeServer(call, request, { action: 'transfer', kind: 'transfer', input: await findTransfer(call.db, finding), cause: 'drift', check, audit })
    return
  }
  if (isPushedSize(finding.field)) {
    await changeServer(call, request, { action: 'resize', kind: 'resize', input: { field: finding.field, value: ours }, cause: 'drift', check, audit })
    return
  }
  const kind = ours === true ? 'suspend' : 'unsuspend'
  const input = kind === 'suspend' ? { reason: await findSuspensionReason(call.db, finding.serverId) } : {}
  await changeServer(call, request, { action: kind, kind, input, patch: { desiredSuspended: ours === true }, cause: 'drift', check, audit })
}

const isPushedSize = (field: string): field is PushedSize => (PUSHED_SIZES as readonly string[]).includes(field)

/**
 * The difference as it stands now that the server is ours. What is wanted may have been changed here since the panel was read: a suspension
 * was lifted, for example. Pushing what was wanted then would undo that. @throws AppError conflict
 */
async function requireStillWanted(tx: Db, id: string): Promise<void> {
  const finding = await loadFinding(tx, id)
  requireAllowed(finding, 'push')
  if (await findWanted(tx, finding) === readDriftValue(finding.ourValue)) return
  throw conflict('What is wanted of this server was changed here since this difference was found. Refresh the server, and decide on what differs then.', 'finding_stale')
}

async function findWanted(tx: Db, { serverId, field, ourValue, panelValue }: LoadedFinding): Promise<DriftValue> {
  const server = await tx.server.findUniqueOrThrow({
    where: { id: serverId }, select: { desiredSuspended: true, virtfusionOwnerId: true, memoryMb: true, cpuCores: true, trafficGb: true, overrides: true },
  })
  if (field === 'suspension') return server.desiredSuspended
  if (field === 'owner') return server.virtfusionOwnerId
  // A name is pushed as it stands in our row.
  if (!isPushedSize(field)) return readDriftValue(ourValue)
  // As it was compared: a size that the order named is wanted also where the panel never gave it.
  const ordered = sizesOf(OverridesSchema.catch({}).parse(server.overrides))[field]
  return ordered !== null && server[field] === readDriftValue(panelValue) ? ordered : server[field]
}

/**
 * From whom to whom. A number of nobody that Berth knows is not pushed: after the panel came back from a backup, it may be somebody else's.
 * @throws AppError conflict
 */
async function findTransfer(db: Db, { serverId, ourValue, panelValue }: LoadedFinding) {
  const server = await db.server.findUniqueOrThrow({ where: { id: serverId }, select: { customer: { select: { virtfusionUserId: true } }, plan: { select: { features: true } } } })
  const [ownerId, fromOwnerId] = [readDriftValue(ourValue), readDriftValue(panelValue)]
  if (ownerId === server.customer.virtfusionUserId) return { fromOwnerId, ownerId, ownerMode: 'customer' }
  if (ownerId === FeaturesSchema.safeParse(server.plan.features).data?.virtfusion_user_id) return { fromOwnerId, ownerId, ownerMode: 'plan' }
  throw conflict(`User ${ownerId} at the panel is neither this customer's nor the plan's, so nothing is moved there. Change the owner at the panel, or take the panel's.`, 'decision_not_possible')
}

const about = ({ server }: LoadedFinding) => ({ entity: 'server' as const, entityId: server.id, entityName: server.name })

const told = (finding: LoadedFinding) => ({
  field: finding.field, planValue: readDriftValue(finding.planValue), ourValue: readDriftValue(finding.ourValue), panelValue: readDriftValue(finding.panelValue),
})
