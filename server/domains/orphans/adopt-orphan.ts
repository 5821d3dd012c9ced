import type { AdminServer } from '#shared/schemas/servers.ts'
import type { AdoptOrphan } from '#shared/schemas/orphans.ts'
import type { Call } from '../../context.ts'
import type { Server } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { askOperation } from '../operations/ask-operation.ts'
import { requireCustomer } from '../people/require-customer.ts'
import { loadServer } from '../servers/load-server.ts'
import { serializeAdminServer } from '../servers/serialize-server.ts'
import { bindOrphan } from './bind-orphan.ts'
import { readRemote } from './read-remote.ts'
import { findWaiting, requireNobodysChild, requireOwnerDecided, takeOrphan } from './take-orphan.ts'

/** Gives a remote server of nobody to a customer. @throws AppError not_found, conflict, invalid_input, panel_unavailable */
export async function adoptOrphan(call: Call, id: string, input: AdoptOrphan): Promise<AdminServer> {
  const { customerId: customer, ...rest } = input
  const { id: serverId } = await adopt(call, id, { customer, ...rest })
  return serializeAdminServer(await loadServer(call, serverId))
}

/** `customer` is an id, or finds or makes one once the panel has shown the server: nobody is made for a server that is gone. */
interface Adoption extends Omit<AdoptOrphan, 'customerId'> { customer: string | (() => Promise<string>) }

/** Reads the server first, then binds it with one audit line, in one transaction. @throws as `adoptOrphan` */
export async function adopt(call: Call, id: string, { customer, planId, name }: Adoption): Promise<Server> {
  const listed = await findWaiting(call.db, id)
  await requireNobodysChild(call.db, listed)
  if (typeof customer === 'string') await requireCustomer(call.db, customer)
  const readAt = call.now()
  const remote = await readRemote(call, listed)
  const customerId = typeof customer === 'string' ? customer : await customer()
  return call.db.$transaction(async (tx) => {
    await requireOwnerDecided(tx, listed, remote)
    const orphan = await takeOrphan(tx, id)
    await requireNobodysChild(tx, orphan)
    const server = await bindOrphan(tx, call, { orphan, remote, holder: { customerId, planId, name }, readAt })
    await recordAudit(tx, call, {
      action: 'server.adopted', entity: 'server', entityId: server.id, entityName: server.name,
      after: {
        reference: server.reference, name: server.name, customerId, planId, lifecycle: server.lifecycle,
        virtfusionServerId: remote.id, virtfusionUuid: remote.uuid, virtfusionUserId: remote.ownerId,
      },
    })
    // Another name than the panel's is carried there, or it would stand as a difference from now on.
    if (server.lifecycle === 'active' && server.name !== remote.name.trim()) {
      await askOperation(tx, call, { serverId: server.id, kind: 'rename', input: { name: server.name }, idempotencyKey: null, cause: 'adopted' })
    }
    return server
  })
}
