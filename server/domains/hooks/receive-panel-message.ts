import { z } from 'zod'
import { MAX_INTEGER } from '#shared/schemas/common.ts'
import type { Services } from '../../context.ts'
import { enqueue } from '../../engine/queue.ts'

/** All that is read of a message: which of the panel's servers to look at. Whatever else it claims is not believed. */
const MessageSchema = z.object({
  data: z.object({
    server: z.object({ id: z.coerce.number().int().positive().max(MAX_INTEGER) }),
  }),
})

/**
 * Takes a message of the panel for a hint: the server that it names is read soon. A repeated one joins the look that is waiting already, an old one
 * costs a look, and one that names no server of ours costs nothing.
 */
export async function receivePanelMessage({ db }: Pick<Services, 'db'>, message: unknown): Promise<void> {
  const parsed = MessageSchema.safeParse(message)
  if (!parsed.success) return
  const servers = await db.server.findMany({
    where: { virtfusionServerId: parsed.data.data.server.id, lifecycle: { not: 'deleted' } },
    select: { id: true },
  })
  for (const { id } of servers) await enqueue(db, 'server.observe', { serverId: id }, { key: `observe:${id}` })
}
