import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor, toPage } from '../../../../server/db/cursor.ts'

const row = (n: number) => ({ createdAt: new Date(1_700_000_000_000 + n), id: `00000000-0000-7000-8000-00000000000${n}` })

describe('cursor', () => {
  it('comes back as the place that it was made from', () => {
    expect(decodeCursor(encodeCursor(row(3)))).toEqual(row(3))
  })

  it.each(['', 'x', 'null', '../etc', encodeCursor(row(1)).slice(2), Buffer.from('1.2').toString('base64url'), Buffer.from(`99999999999999999.${row(1).id}`).toString('base64url')])('refuses %j with a sentence for its field', (text) => {
    expect(() => decodeCursor(text)).toThrow(/not a cursor/)
  })
})

describe('toPage', () => {
  it('names the next page only where there is one, and never shows the row too many', () => {
    const rows = [row(3), row(2), row(1)]
    expect(toPage(rows, 2, ({ id }) => id)).toEqual({ items: [row(3).id, row(2).id], nextCursor: encodeCursor(row(2)) })
    expect(toPage(rows, 3, ({ id }) => id).nextCursor).toBeNull()
    expect(toPage([], 3, String)).toEqual({ items: [], nextCursor: null })
  })
})
