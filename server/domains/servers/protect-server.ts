import type { Call } from '../../context.ts'
import { conflict } from '../../errors.ts'
import { lockServer } from '../../engine/postgres/write-move.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { loadServer } from './load-server.ts'

/** Switches the protection on or off. A deletion that waits for its day stays scheduled, and is refused when it is due. @throws AppError not_found, conflict */
export async function protectServer(call: Call, serverId: string, isProtected: boolean): Promise<void> {
  await call.db.$transaction(async (tx) => {
    await lockServer(tx, serverId)
    const server = await loadServer(call, serverId, tx)
    if (server.lifecycle === 'deleted') throw conflict('This server is deleted.', 'server_state_conflict')
    if (server.isProtected === isProtected) return
    await tx.server.update({ where: { id: serverId }, data: { isProtected, version: { increment: 1 } }, select: { id: true } })
    await recordAudit(tx, call, {
      action: isProtected ? 'server.protected' : 'server.unprotected', entity: 'server', entityId: serverId, entityName: server.name,
      before: { isProtected: server.isProtected }, after: { reference: server.reference, isProtected },
    })
    await call.events.publish(tx, { type: 'server', serverId }, { admins: true })
  })
}
