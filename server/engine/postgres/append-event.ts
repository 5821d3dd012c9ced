import type { Db } from '../../context.ts'
import { chainEvents, type EventDraft } from '../event-chain.ts'
import { lockServer } from './write-move.ts'

/** Adds a line to an operation's timeline, in the caller's transaction. The server's row is locked first, as by everybody who writes here. */
export async function appendEvent(tx: Db, serverId: string, draft: EventDraft): Promise<void> {
  await lockServer(tx, serverId)
  const { eventHash } = await tx.operation.findUniqueOrThrow({ where: { id: draft.operationId }, select: { eventHash: true } })
  const events = chainEvents(eventHash, [draft])
  await tx.operationEvent.createMany({ data: events })
  await tx.operation.update({ where: { id: draft.operationId }, data: { eventHash: events.at(-1)?.hash ?? null }, select: { id: true } })
}
