import type { z } from 'zod'
import type { OrphanListSchema, OrphanQuery } from '#shared/schemas/orphans.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { containing } from '../../db/search.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { describeOrphans } from './load-orphans.ts'

/** Remote servers of nobody, newest first, by state, owner and search. @throws AppError invalid_input for a cursor that is none */
export async function listOrphans({ db }: Call, { limit, cursor, state, ownerId, search }: OrphanQuery): Promise<z.input<typeof OrphanListSchema>> {
  const rows = await db.orphan.findMany({
    where: { AND: [pageWhere(cursor), searchWhere(search), { ...(state ? { state } : {}), ...(ownerId ? { virtfusionOwnerId: ownerId } : {}) }] },
    orderBy: PAGE_ORDER, take: limit + 1,
  })
  return toPage(rows, limit, await describeOrphans(db, rows))
}

function searchWhere(search: string | undefined): Prisma.OrphanWhereInput {
  if (!search) return {}
  return { OR: [{ name: containing(search) }, { virtfusionUuid: search.toLowerCase() }, ...(/^\d{1,9}$/.test(search) ? [{ virtfusionServerId: Number(search) }] : [])] }
}
