import { isRecord } from './chain/answer-body.ts'
import type { JsonValue } from './types.ts'

export const REDACTED = '[redacted]'
const OMITTED = '[omitted]'
const MAX_BODY_CHARS = 16_000
const MAX_TEXT_CHARS = 4_000
/** No answer of the panel is nearly as deep; one that is would only exhaust the stack. */
const DEEPEST = 40

const SECRET_KEY = /password|passwd|secret|token|authorization|cookie|private_?key|encrypted|endpoint_complete|api_?key/i
/** Long and of no use in a record: screen images, custom XML, cloud-init, raw QEMU settings. */
const NOISE_KEY = /^(screen|customXML|userConfig|qemuCommandline|cloud\.init|trace)$/

/** A copy without secrets and noise, for rows that people read. `secrets` are values to strike wherever they stand. */
export function redactJson(value: JsonValue, secrets: readonly string[] = []): JsonValue {
  return redactLevel(value, secrets, 0)
}

function redactLevel(value: JsonValue, secrets: readonly string[], depth: number): JsonValue {
  if (typeof value === 'string') return scrubText(value, secrets)
  if (typeof value !== 'object' || value === null) return value
  if (depth === DEEPEST) return OMITTED
  if (Array.isArray(value)) return value.map(item => redactLevel(item, secrets, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => {
    const name = storable(key)
    if (SECRET_KEY.test(key)) return [name, isNothing(item) ? item : REDACTED]
    if (NOISE_KEY.test(key)) return [name, isNothing(item) ? item : OMITTED]
    return [name, redactLevel(item, secrets, depth + 1)]
  }))
}

/** Strikes known secrets, and whatever follows a telling name in a query, a header or a form field. */
export function scrubText(text: string, secrets: readonly string[] = []): string {
  const struck = secrets.reduce((current, secret) => (secret === '' ? current : current.replaceAll(secret, REDACTED)), text)
  return storable(struck)
    .replace(/\b(bearer|basic)\s+[\w.~+/|=-]{8,}/gi, `$1 ${REDACTED}`)
    .replace(/((?:password|passwd|secret|token)["']?\s*(?:(?:value|content)\s*=|[:=])\s*["']?)[^"'\s<>&,;]+/gi, `$1${REDACTED}`)
    .replace(/(token_authenticate\/?\?)[^\s"'<>]+/gi, `$1${REDACTED}`)
}

/** A body fit to be stored: masked, and small enough for a row that is read in a list. */
export function recordableBody(body: { json: JsonValue | undefined, text: string }, secrets: readonly string[]): JsonValue | null {
  if (body.json === undefined) {
    if (body.text.trim() === '') return null
    return truncate(scrubText(body.text.slice(0, MAX_BODY_CHARS), secrets), MAX_TEXT_CHARS)
  }

  const redacted = redactJson(body.json, secrets)
  for (const longestList of [Infinity, 25, 5, 1]) {
    const shortened = shortenLists(redacted, longestList)
    if (JSON.stringify(shortened).length <= MAX_BODY_CHARS) return shortened
  }
  return truncate(JSON.stringify(redacted), MAX_BODY_CHARS)
}

function shortenLists(value: JsonValue, longest: number): JsonValue {
  if (Array.isArray(value)) {
    const kept = value.slice(0, longest).map(item => shortenLists(item, longest))
    return value.length > longest ? [...kept, `[${value.length - longest} more]`] : kept
  }
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortenLists(item, longest)]))
}

function isNothing(value: JsonValue): boolean {
  return value === null || value === '' || typeof value === 'boolean' || (Array.isArray(value) && value.length === 0)
}

function truncate(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}… [cut]` : text
}

/** PostgreSQL refuses the NUL character and half a surrogate pair in JSON: a row must never fail for what a panel sends. */
export function storable(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text).toWellFormed()
}
