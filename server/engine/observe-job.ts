import type { Services } from '../context.ts'
import { enqueue } from './queue.ts'
import { believeUnlessMass } from './sweep/confirm-absence.ts'
import { openSweepPanel } from './sweep/panel.ts'
import { readServer } from './sweep/read-server.ts'
import { openSweepStore } from './sweep/store.ts'

const SECOND_LOOK_MS = 3_000
const SAME_ABSENCE_MS = 30 * 60_000

/** Reads one server, outside of any operation, stores what the panel says, and tells the admins of what is new. A first 404 is looked at again before it is believed. */
export async function observeServer(services: Services, serverId: string): Promise<void> {
  const client = await services.panel.client()
  if (!client) return
  const store = openSweepStore(services)
  const bound = await store.loadRecord(serverId)
  if (!bound) return
  const context = { store, panel: openSweepPanel(services, client, 'work'), now: services.now }
  const result = await readServer(context, bound)
  if (result.type === 'exchanged') await believeUnlessMass(context, { absences: [], exchanges: [result] })
  if (result.type !== 'absent') return store.announce()
  const { readAt, record } = result
  const since = record.absentSince
  if (since !== null && readAt.getTime() - since.getTime() < SAME_ABSENCE_MS) {
    await believeUnlessMass(context, { absences: [{ serverId, since }], exchanges: [] })
    return
  }
  await store.noteAbsence(serverId, readAt)
  await enqueue(services.db, 'server.observe', { serverId }, { key: `observe:${serverId}`, runAt: new Date(readAt.getTime() + SECOND_LOOK_MS) })
}
