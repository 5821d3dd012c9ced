import type { Call } from '../../context.ts'
import type { JsonValue } from '../../virtfusion/types.ts'
import { openPanelForPerson } from '../panel/open-panel-for-person.ts'

/** Servers of an owner, by number, with their uuids. */
export type OwnersServers = ReadonlyMap<number, string>

/** What the owner has at the panel now; null where the panel gives no complete list, or the token may not read it. */
export async function listOwnersServers(call: Call, ownerId: number): Promise<OwnersServers | null> {
  const answer = await (await openPanelForPerson(call)).listServersOf(ownerId)
  return answer.ok ? new Map(answer.value.map(({ id, uuid }) => [id, uuid])) : null
}

interface DryRun {
  ownerId: number
  before: OwnersServers
  responseBody: JsonValue | null
  /** The answer was lost: it can't name what was made. */
  isLost: boolean
}

/**
 * The number of the server that a dry run has made after all, for whatever lies between has taken `dryRun=true` away; null when there is none.
 * It is new, no row of ours has it, and the answer names it; where the answer was lost, no order of ours could have made it.
 */
export async function findMadeServer(call: Call, { ownerId, before, responseBody, isLost }: DryRun): Promise<number | null> {
  const after = await listOwnersServers(call, ownerId)
  const fresh = [...after ?? []].filter(([id, uuid]) => before.get(id) !== uuid)
  if (fresh.length === 0) return null
  const [bound, order] = await Promise.all([
    call.db.server.findMany({ where: { virtfusionUuid: { in: fresh.map(([, uuid]) => uuid) } }, select: { virtfusionUuid: true } }),
    call.db.operation.findFirst({ where: { kind: 'create', ownerLock: ownerId, server: { virtfusionServerId: null } }, select: { id: true } }),
  ])
  const nobodys = fresh.filter(([, uuid]) => bound.every(({ virtfusionUuid }) => virtfusionUuid !== uuid))
  const said = JSON.stringify(responseBody)
  const made = nobodys.find(([, uuid]) => said.includes(uuid)) ?? (isLost && !order ? nobodys[0] : undefined)
  return made?.[0] ?? null
}
