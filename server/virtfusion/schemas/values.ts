import { z } from 'zod'
import { isRecord } from '../chain/answer-body.ts'
import { storable } from '../redact.ts'

/*
 * The panel is a PHP application: numbers arrive as strings, booleans as 0 and 1, empty objects as [], lists as
 * objects with numeric keys, and nothing as null, "" or []. Only ids are strict: a wrong id is worse than no answer.
 */

const DIGITS = /^\d{1,15}$/

/** Larger than any number that the panel gives out, and the largest that a column of ours holds. */
const MAX_ID = 2_147_483_647

/** A positive integer, also as a string of digits. */
export const id = z.preprocess(value => (typeof value === 'string' && DIGITS.test(value) ? Number(value) : value), z.int().positive().max(MAX_ID))

export const uuid = z.string().regex(/^[\w-]{8,64}$/)

/** Whatever a function makes of a value. An answer has fifty of them, so none is a chain of schemas, nor readied for complaints that it never has. */
function reading<T>(read: (value: unknown) => T) {
  return new z.core.$ZodTransform({ type: 'transform', transform: read }) as z.core.$ZodTransform<T, unknown>
}

/** A value that may be absent, empty or of an unexpected type: all of that reads as null, which means unknown. */
const orNull = <T>(read: (value: unknown) => T | null) => reading<T | null>(read)

function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : null
}

export const optionalId = orNull((value) => {
  const parsed = id.safeParse(value)
  return parsed.success ? parsed.data : null
})
export const optionalNumber = orNull(readNumber)
export const optionalInteger = orNull((value) => {
  const number = readNumber(value)
  return Number.isSafeInteger(number) ? number : null
})

function readText(value: unknown): string | null {
  if (typeof value === 'string') return storable(value)
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null
}

export const optionalText = orNull(readText)
export const text = reading((value) => readText(value) ?? '')

export const ipv4Address = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}$/)
export const ipv6Address = z.string().regex(/^[\da-fA-F:.]{2,45}$/)

const BOOLEANS = new Map<unknown, boolean>([[true, true], [1, true], ['1', true], ['true', true], [false, false], [0, false], ['0', false], ['false', false]])

export const optionalBoolean = orNull(value => BOOLEANS.get(value) ?? null)

/** ISO 8601 in UTC from any of the panel's three date forms; one without a zone is taken as UTC. */
export const optionalTime = orNull(value => (typeof value === 'string' ? readTime(value) : null))

/** Answers tell the same times again and again, and writing one in ISO form costs more than the rest of a row. */
const times = new Map<string, string | null>()
const KEPT_TIMES = 10_000

function readTime(value: string): string | null {
  const known = times.get(value)
  if (known !== undefined) return known
  const hasZone = /([zZ]|[+-]\d{2}:?\d{2})$/.test(value)
  const time = Date.parse(hasZone ? value : `${value.trim().replace(' ', 'T')}Z`)
  const read = Number.isNaN(time) ? null : new Date(time).toISOString()
  if (times.size >= KEPT_TIMES) times.clear()
  // A panel that sends novels for times fills no memory.
  if (value.length <= 40) times.set(value, read)
  return read
}

/** An object, where [] and null stand for an empty one. None of its parts ever refuses, so that each is read directly. */
export function optionalObject<T extends Record<string, z.core.$ZodTransform>>(shape: T) {
  const parts = Object.entries(shape).map(([key, { _zod: { def } }]) => ({ key, read: (value: unknown) => def.transform(value, { value, issues: [] }) }))
  return orNull((value) => {
    if (!isRecord(value)) return null
    const record: Record<string, unknown> = {}
    for (const { key, read } of parts) record[key] = read(value[key])
    return record as { [Key in keyof T]: z.output<T[Key]> }
  })
}

/** A list; an object with numeric keys is one as well. Rows that don't fit make the whole list unreadable. */
export function listOf<T extends z.ZodType>(row: T) {
  return z.preprocess(toArray, z.array(row))
}

/** A list inside a record, of which a broken part must not hide the rest: what doesn't fit is left out. */
export function lenientListOf<T extends z.ZodType>(row: T) {
  return reading((value) => {
    const rows = toArray(value)
    const kept: z.output<T>[] = []
    if (!Array.isArray(rows)) return kept
    for (const item of rows) {
      const parsed = row.safeParse(item)
      if (parsed.success) kept.push(parsed.data)
    }
    return kept
  })
}

function toArray(value: unknown): unknown {
  if (value === null || value === undefined || value === '') return []
  if (typeof value !== 'object' || Array.isArray(value)) return value
  return Object.keys(value).every(key => /^\d+$/.test(key)) ? Object.values(value) : value
}
