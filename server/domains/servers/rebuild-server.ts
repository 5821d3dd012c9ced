import { FeaturesSchema } from '#shared/schemas/features.ts'
import type { Accepted, RebuildServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { invalidField } from '../../errors.ts'
import { toAccepted } from './accepted.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'
import { requireConfirmation } from './confirm-server.ts'
import { loadServer } from './load-server.ts'

/** Asks for a new installation, which erases the disk. @throws AppError not_found, conflict, invalid_input for `confirm` and `operatingSystemId` */
export async function rebuildServer(call: Call, request: ChangeRequest, { operatingSystemId: wanted, confirm }: RebuildServer): Promise<Accepted> {
  const operatingSystemId = wanted ?? await findTemplate(call, request.serverId)
  return toAccepted(call, await changeServer(call, request, {
    action: 'rebuild',
    kind: 'rebuild',
    input: { operatingSystemId },
    check: (server) => requireConfirmation(server, confirm),
    audit: { action: 'server.rebuilt', after: { operatingSystemId } },
  }))
}

/** What is installed where the request names nothing: what the server has, else what its plan sells. */
async function findTemplate(call: Call, serverId: string): Promise<number> {
  const server = await loadServer(call, serverId)
  if (server.operatingSystemId !== null) return server.operatingSystemId
  const plan = await call.db.plan.findUniqueOrThrow({ where: { id: server.planId }, select: { features: true } })
  const template = FeaturesSchema.safeParse(plan.features).data?.virtfusion_operating_system_id
  if (template === undefined) throw invalidField('operatingSystemId', 'Neither the server nor its plan names a template. Give the id of the one to install.')
  return template
}
