import type { Services } from '../context.ts'
import { SUBJECT, type Subject } from './run.ts'
import { classifyFailure } from './classify-failure.ts'
import { engineOf } from './engine-of.ts'
import { findMismatch } from './find-mismatch.ts'
import { storeObservation, storeVanished } from './observe-server.ts'
import { openPanel } from './panel-port.ts'
import { enqueue } from './queue.ts'

const SECOND_LOOK_MS = 3_000
const SAME_ABSENCE_MS = 30 * 60_000

/** Reads one server, outside of any operation, and stores what the panel says. A first 404 is looked at again before it is believed. */
export async function observeServer(services: Services, serverId: string): Promise<void> {
  const server = await services.db.server.findUnique({ where: { id: serverId }, ...SUBJECT })
  if (!server || server.virtfusionServerId === null || server.lifecycle === 'deleted') return
  const client = await services.panel.client()
  if (!client) return
  const readAt = services.now()
  const panel = openPanel(client, { engine: engineOf(services), operationId: null, serverId, attempt: 1, requestId: null })
  const answer = await panel.getServer(server.virtfusionServerId, { remoteState: true })
  if (answer.ok) {
    const mismatch = findMismatch(server, answer.value)
    if (mismatch) services.log.warn({ serverId, diagnosis: mismatch.code, ...mismatch.params }, 'the panel shows another server under this number')
    else await storeObservation(services.db, services, server, answer.value, { readAt })
    return
  }
  if (classifyFailure(answer.error) === 'absent') await noteAbsence(services, server, readAt)
}

async function noteAbsence(services: Services, server: Subject, readAt: Date): Promise<void> {
  const { observation } = server
  const earlier = typeof observation === 'object' && observation !== null && !Array.isArray(observation) ? observation : {}
  const first = typeof earlier['absentSince'] === 'string' ? new Date(earlier['absentSince']) : null
  const isSecond = first !== null && readAt.getTime() - first.getTime() < SAME_ABSENCE_MS
  if (isSecond) return services.db.$transaction((tx) => storeVanished(tx, services, server, first))
  await services.db.server.updateMany({ where: { id: server.id }, data: { observation: { ...earlier, absentSince: readAt.toISOString() } } })
  await enqueue(services.db, 'server.observe', { serverId: server.id }, { key: `observe:${server.id}`, runAt: new Date(readAt.getTime() + SECOND_LOOK_MS) })
}
