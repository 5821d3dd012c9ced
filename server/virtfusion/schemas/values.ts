import { z } from 'zod'
import { storable } from '../redact.ts'

/*
 * The panel is a PHP application: numbers arrive as strings, booleans as 0 and 1, empty objects as [], lists as
 * objects with numeric keys, and nothing as null, "" or []. Only ids are strict: a wrong id is worse than no answer.
 */

const looseNumber = z.union([z.number(), z.string().trim().regex(/^-?\d+(\.\d+)?$/).transform(Number)])

/** A positive integer, also as a string of digits. */
export const id = z.union([z.number(), z.string().regex(/^\d{1,15}$/).transform(Number)]).pipe(z.int().positive())

export const uuid = z.string().regex(/^[\w-]{8,64}$/)

/** A value that may be absent, empty or of an unexpected type: all of that reads as null, which means unknown. */
function orNull<T extends z.ZodType>(schema: T) {
  return schema.nullish().catch(null).transform(value => value ?? null)
}

export const optionalId = orNull(id)
export const optionalNumber = orNull(looseNumber)
export const optionalInteger = orNull(looseNumber.pipe(z.int()))
export const optionalText = orNull(z.union([z.string().transform(storable), z.number().transform(String)]))

export const ipv4Address = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}$/)
export const ipv6Address = z.string().regex(/^[\da-fA-F:.]{2,45}$/)
export const text = optionalText.transform(value => value ?? '')

export const optionalBoolean = orNull(z.union([
  z.boolean(),
  z.literal([1, '1', 'true']).transform(() => true),
  z.literal([0, '0', 'false']).transform(() => false),
]))

/** ISO 8601 in UTC from any of the panel's three date forms; one without a zone is taken as UTC. */
export const optionalTime = orNull(z.string().transform((value) => {
  const hasZone = /([zZ]|[+-]\d{2}:?\d{2})$/.test(value)
  const time = Date.parse(hasZone ? value : `${value.trim().replace(' ', 'T')}Z`)
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}))

/** An object, where [] and null stand for an empty one. */
export function optionalObject<T extends z.ZodRawShape>(shape: T) {
  return orNull(z.object(shape))
}

/** A list; an object with numeric keys is one as well. Rows that don't fit make the whole list unreadable. */
export function listOf<T extends z.ZodType>(row: T) {
  return z.preprocess(toArray, z.array(row))
}

/** A list inside a record, of which a broken part must not hide the rest: what doesn't fit is left out. */
export function lenientListOf<T extends z.ZodType>(row: T) {
  return z.preprocess(toArray, z.array(z.unknown())).catch([]).transform(rows => rows.flatMap((item) => {
    const parsed = row.safeParse(item)
    return parsed.success ? [parsed.data] : []
  }))
}

function toArray(value: unknown): unknown {
  if (value === null || value === undefined || value === '') return []
  const isNumbered = typeof value === 'object' && !Array.isArray(value) && Object.keys(value).every(key => /^\d+$/.test(key))
  return isNumbered ? Object.values(value) : value
}
