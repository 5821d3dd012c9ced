import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Server } from '../../../server/generated/prisma/client.ts'
import { checkIdentity } from '../../../server/engine/identity/check-identity.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { openStage, type Stage } from '../engine/support.ts'

/** A stage whose panel was looked at once, with a server bound to it that really stands there. No worker runs. */
export async function boundStage(...options: Parameters<typeof openStage>): Promise<Stage & { bound: Server }> {
  const stage = await openStage(...options)
  await checkIdentity(stage.services)
  return { ...stage, bound: await bindOne(stage) }
}

/** A server at the panel and a row of ours that points to it. */
export async function bindOne(stage: Stage, fields: Partial<Server> = {}): Promise<Server> {
  const remote = await makeRemote(stage.simulator)
  return stage.services.db.server.create({
    data: {
      reference: `vps-${randomUUID().slice(0, 8)}`, name: `web-${remote.id}`, customerId: stage.customerId, planId: stage.planId, lifecycle: fields.lifecycle ?? 'active', power: 'running',
      virtfusionServerId: remote.id, virtfusionUuid: fields.virtfusionUuid ?? remote.uuid, virtfusionOwnerId: fields.virtfusionOwnerId ?? 2, observedAt: new Date(),
    },
  })
}

export async function makeRemote(simulator: Simulator): Promise<{ id: number, uuid: string }> {
  const answer = await fetch(`${simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userId: 2 }) })
  const { id } = await answer.json() as { id: number }
  return { id, uuid: simulator.control.state.servers.get(id)?.uuid ?? '' }
}

/** A panel at another address; nobody would see from its names that it is not ours. */
export async function otherPanel(): Promise<Simulator> {
  const other = await startSimulator()
  onTestFinished(() => other.close())
  return other
}

/** Another panel answers where ours did: other names under the same numbers. */
export function becomeAnother(simulator: Simulator): void {
  const { packages, groups } = simulator.control.state
  for (const row of packages.values()) packages.set(row.id, { ...row, name: `Other ${row.id}` })
  for (const row of groups.values()) groups.set(row.id, { ...row, name: `Other ${row.id}` })
}

export const identityOf = (stage: Stage) => stage.services.db.panelIdentity.findUniqueOrThrow({ where: { id: 'default' } })
export const reasonOf = async (stage: Stage) => (await identityOf(stage)).safeModeReason as { code: string, params: Record<string, unknown> } | null
export const told = async (stage: Stage) => (await stage.services.db.notification.findMany({ where: { userId: stage.admin.user.id } })).map(({ code }) => code)
