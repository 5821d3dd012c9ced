import { invalidField } from '../errors.ts'

/** The place of a row in a list that is ordered by `(createdAt, id)`, newest first. */
export interface PageKey { createdAt: Date, id: string }

/** What a list query reads: one row more than the page, so that the last page is known without counting. */
export const PAGE_ORDER: [{ createdAt: 'desc' }, { id: 'desc' }] = [{ createdAt: 'desc' }, { id: 'desc' }]

const FORM = /^(\d{1,15})\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

export function encodeCursor({ createdAt, id }: PageKey): string {
  return Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url')
}

/** @throws AppError invalid_input when the text is not one of our cursors */
export function decodeCursor(text: string): PageKey {
  const [, time, id] = FORM.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? []
  const createdAt = new Date(Number(time))
  if (!id || Number.isNaN(createdAt.getTime())) throw invalidField('cursor', 'This is not a cursor of a former page. Read the list from its start.')
  return { createdAt, id }
}

/**
 * The rows after `cursor`, as part of a Prisma `where` (put it into `AND` beside other conditions). Empty for the first page.
 * The bound on `createdAt` alone is what the index is searched by; the rest only sorts out rows of the same millisecond.
 * @throws AppError invalid_input
 */
export function pageWhere(cursor: string | undefined) {
  if (!cursor) return {}
  const { createdAt, id } = decodeCursor(cursor)
  return { createdAt: { lte: createdAt }, OR: [{ createdAt: { lt: createdAt } }, { id: { lt: id } }] }
}

/** The page out of `limit + 1` rows read: at most `limit` items, and the cursor of the next page when there is one. */
export function toPage<Row extends PageKey, Item>(rows: Row[], limit: number, serialize: (row: Row) => Item): { items: Item[], nextCursor: string | null } {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return { items: kept.map(serialize), nextCursor: last && rows.length > limit ? encodeCursor(last) : null }
}
