import { describe, expect, it } from 'vitest'
import type { AppError } from '../../../../server/errors.ts'
import { requireStorable } from '../../../../server/utils/require-storable.ts'

function fieldsOf(value: unknown): unknown {
  try {
    requireStorable(value)
  }
  catch (error) {
    return (error as AppError).fields
  }
  return null
}

const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)

describe('requireStorable', () => {
  it('lets through what the database takes: line breaks, other control characters, whole pairs', () => {
    expect(fieldsOf({ text: 'a\r\n\t\u0001 😀', list: [1, true, null, { x: 'y' }] })).toBeNull()
  })

  it.each([
    ['a text alone', 'a\0', 'body'],
    ['a field', { name: '\0' }, 'name'],
    ['a nested list', { a: { b: ['x', 'y\0'] } }, 'a.b.1'],
    ['half a pair', { a: 'x\ud83d' }, 'a'],
    ['a key', { a: { 'b\0': 1 } }, 'a.b\0'],
  ])('names the place in %s', (_, value, field) => {
    expect(fieldsOf(value)).toEqual({ [field]: expect.stringContaining('can\'t be stored') })
  })

  it('goes as deep as any form, and no further', () => {
    expect(fieldsOf(nested(32))).toBeNull()
    expect(Object.values(fieldsOf(nested(33)) ?? {})).toEqual([expect.stringContaining('nested too deeply')])
    expect(fieldsOf(nested(3_000))).not.toBeNull()
  })
})
