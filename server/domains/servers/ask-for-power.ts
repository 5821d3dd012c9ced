import type { Call } from '../../context.ts'
import { enqueue } from '../../engine/queue.ts'
import { isRecent } from '../../engine/stored-times.ts'
import type { LoadedServer } from './load-servers.ts'

/** Somebody who looks sees what was read within this time; a panel that can't tell is asked no more often. */
const OLD_MS = 60_000

/**
 * Has the panel asked for the power of a server that somebody looks at, where nobody asked lately: the sweep's pages don't tell it. Nothing
 * waits for the panel; the answer comes as a new observation.
 */
export async function askForPower(call: Call, server: LoadedServer): Promise<void> {
  if (server.virtfusionServerId === null || server.lifecycle !== 'active' || server.vanishedAt) return
  const now = call.now()
  if (isRecent(server.powerObservedAt, now, OLD_MS)) return
  const asked = await call.db.provisioningLog.findFirst({
    where: { serverId: server.id, action: 'servers.get', path: { contains: 'remoteState' }, createdAt: { gt: new Date(now.getTime() - OLD_MS) } }, select: { id: true },
  })
  if (!asked) await enqueue(call.db, 'server.observe', { serverId: server.id }, { key: `observe:${server.id}` })
}
