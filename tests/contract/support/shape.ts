import type { JsonSchema } from './specification.ts'
import { isObject } from './answers.ts'

/** The date forms of the API; which one a field uses is part of its shape. */
const DATE_FORMS = [
  '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00$',
  '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$',
  '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$',
  '^\\d{4}-\\d\\d-\\d\\d$',
]

/**
 * The schema that an example implies: the same names at the same places with values of the same types, no more and no less. What the example
 * leaves open, because it is null or an empty list, stays open; a field with a value may be null in another record.
 */
export function shapeOf(example: unknown): JsonSchema {
  if (example === null || example === undefined) return {}
  if (Array.isArray(example)) return { type: 'array', ...(example.length === 0 ? {} : { minItems: 1, items: example.map(shapeOf).reduce(merge) }) }
  if (isObject(example)) {
    const names = Object.keys(example)
    const isNumbered = names.length > 0 && names.every(name => /^\d+$/.test(name))
    if (isNumbered) return { type: 'object', additionalProperties: Object.values(example).map(shapeOf).reduce(merge) }
    return {
      type: ['object', 'null'],
      required: names,
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(example).map(([name, value]) => [name, shapeOf(value)])),
    }
  }
  if (typeof example !== 'string') return { type: [typeof example, 'null'] }
  const form = DATE_FORMS.find(pattern => new RegExp(pattern).test(example))
  return { type: ['string', 'null'], ...(form === undefined ? {} : { pattern: form }) }
}

/** The schema of rows that differ: a field of only some of them is optional, a field of two types may have either. */
function merge(one: JsonSchema, other: JsonSchema): JsonSchema {
  if (Object.keys(one).length === 0 || Object.keys(other).length === 0) return {}
  if (!isObject(one.properties) || !isObject(other.properties)) {
    if (isObject(one.items) && isObject(other.items)) return { type: 'array', items: merge(one.items, other.items) }
    const types = [...new Set([one.type, other.type].flat())]
    const pattern = one.pattern === other.pattern && one.pattern !== undefined ? { pattern: one.pattern } : {}
    if (types.includes('object')) return { type: types }
    return { type: types, ...pattern, ...(one.items === undefined ? {} : { items: one.items }), ...(other.items === undefined ? {} : { items: other.items }) }
  }
  const [a, b] = [one.properties, other.properties]
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return {
    type: ['object', 'null'],
    additionalProperties: false,
    required: names.filter(name => name in a && name in b),
    properties: Object.fromEntries(names.map(name => [name, name in a && name in b ? merge(a[name] as JsonSchema, b[name] as JsonSchema) : (a[name] ?? b[name])])),
  }
}
