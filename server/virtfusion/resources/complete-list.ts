import { VirtFusionError } from '../errors.ts'
import type { Page } from '../schemas/outputs.ts'

/** The most rows that the panel gives at once. */
export const LARGEST_PAGE = 200

const TRIES = 3

/**
 * Walks all pages by our own counting; `next_page_url` may name an internal host and drop the page size. A list that
 * changes on the way is read again, and one that never comes out whole is an error: a short answer would read as "gone".
 */
export async function completeList<T extends { id: number }>(
  place: { operation: string, path: string, requestId?: string },
  readPage: (page: number) => Promise<Page<T>>,
): Promise<T[]> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const items = await walk(readPage)
    if (items) return items
  }
  throw new VirtFusionError({
    operation: place.operation,
    method: 'GET',
    path: place.path,
    kind: 'unreadable',
    effect: 'none',
    isRetryable: true,
    status: 200,
    bodyForm: 'json',
    requestId: place.requestId ?? null,
    detail: 'the list could not be read completely',
  })
}

async function walk<T extends { id: number }>(readPage: (page: number) => Promise<Page<T>>): Promise<T[] | null> {
  const first = await readPage(1)
  const byId = new Map(first.items.map(item => [item.id, item]))
  for (let number = 2; number <= first.lastPage; number += 1) {
    const next = await readPage(number)
    if (next.page !== number || next.total !== first.total) return null
    for (const item of next.items) byId.set(item.id, item)
  }
  return first.page === 1 && byId.size === first.total ? [...byId.values()] : null
}
