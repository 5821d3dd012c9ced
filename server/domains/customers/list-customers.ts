import type { Customer, CustomerQuery } from '#shared/schemas/customers.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { containing, escapeLike } from '../../db/search.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { findLastSignIns } from './find-last-sign-ins.ts'
import { onlyCustomers } from './rules.ts'
import { customerSelect, serializeCustomer } from './serialize-customer.ts'

/** Customers, newest first; `search` looks into name and e-mail. */
export async function listCustomers(call: Call, { search, cursor, limit }: CustomerQuery): Promise<{ items: Customer[], nextCursor: string | null }> {
  const rows = await call.db.user.findMany({
    where: { ...onlyCustomers, AND: [searchWhere(search), pageWhere(cursor)] },
    orderBy: PAGE_ORDER,
    take: limit + 1,
    select: customerSelect,
  })
  const signIns = await findLastSignIns(call.db, rows.map(({ id }) => id))
  return toPage(rows, limit, (row) => serializeCustomer(row, signIns.get(row.id) ?? null))
}

function searchWhere(search: string | undefined): Prisma.UserWhereInput {
  if (!search) return {}
  return { OR: [{ name: containing(search) }, { email: { contains: escapeLike(search.toLowerCase()) } }] }
}
