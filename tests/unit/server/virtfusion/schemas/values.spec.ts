import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  id, lenientListOf, listOf, optionalBoolean, optionalInteger, optionalNumber, optionalObject, optionalText, optionalTime, text,
} from '../../../../../server/virtfusion/schemas/values.ts'

describe('id', () => {
  it.each([[7, 7], ['7', 7], [2_147_483_647, 2_147_483_647]])('takes %j', (value, expected) => expect(id.parse(value)).toBe(expected))

  it.each([0, -1, 1.5, '1.5', '7a', '', ' 7', true, null, undefined, [], {}, [7], 2_147_483_648, '2147483648', '99999999999999999999'])('never takes %j, because a wrong id is worse than no answer', (value) => {
    expect(id.safeParse(value).success).toBe(false)
  })
})

describe('values that may be absent', () => {
  it.each([
    [optionalBoolean, 1, true], [optionalBoolean, '0', false], [optionalBoolean, 'true', true], [optionalBoolean, 2, null], [optionalBoolean, undefined, null],
    [optionalNumber, '20000', 20_000], [optionalNumber, '', null], [optionalNumber, [], null], [optionalNumber, '68.2', 68.2],
    [optionalInteger, '3', 3], [optionalInteger, 3.5, null],
    [optionalText, 5, '5'], [optionalText, {}, null], [text, null, ''], [text, undefined, ''],
  ])('reads %# as expected', (schema, value, expected) => {
    expect(z.parse(schema, value)).toBe(expected)
  })

  it('reads an empty PHP object, which comes as a list, as nothing', () => {
    expect(z.parse(optionalObject({ a: optionalNumber }), [])).toBeNull()
    expect(z.parse(optionalObject({ a: optionalNumber }), {})).toEqual({ a: null })
  })
})

describe('optionalTime', () => {
  it.each([
    ['2025-01-15T15:00:49+00:00', '2025-01-15T15:00:49.000Z'],
    ['2025-01-15T17:00:49+02:00', '2025-01-15T15:00:49.000Z'],
    ['2025-01-20T12:48:20.000000Z', '2025-01-20T12:48:20.000Z'],
    ['2025-01-06 00:00:00', '2025-01-06T00:00:00.000Z'],
    ['', null], ['soon', null], [null, null], [12, null],
  ])('reads %j', (value, expected) => {
    expect(z.parse(optionalTime, value)).toBe(expected)
  })
})

describe('lists', () => {
  const row = z.object({ id })

  it('takes an object with numeric keys, null and "" for a list', () => {
    expect(listOf(row).parse({ 0: { id: 1 }, 5: { id: 2 } })).toEqual([{ id: 1 }, { id: 2 }])
    expect(listOf(row).parse(null)).toEqual([])
    expect(listOf(row).parse('')).toEqual([])
  })

  it('refuses a list with a broken row, because a short list would read as "gone"', () => {
    expect(listOf(row).safeParse([{ id: 1 }, { id: 'x' }]).success).toBe(false)
    expect(listOf(row).safeParse({ message: 'no' }).success).toBe(false)
  })

  it('leaves a broken part out where it must not hide the record around it', () => {
    expect(z.parse(lenientListOf(row), [{ id: 1 }, null, { id: 'x' }])).toEqual([{ id: 1 }])
    expect(z.parse(lenientListOf(row), 'none')).toEqual([])
  })
})
