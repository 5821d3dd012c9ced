import { isRecord } from './chain/answer-body.ts'
import type { JsonValue } from './types.ts'

export const REDACTED = '[redacted]'
const OMITTED = '[omitted]'
const MAX_BODY_CHARS = 16_000
const MAX_TEXT_CHARS = 4_000

const SECRET_KEY = /password|passwd|secret|token|authorization|cookie|private_?key|encrypted|endpoint_complete|api_?key/i
/** Long and of no use in a record: screen images, custom XML, cloud-init, raw QEMU settings. */
const NOISE_KEY = /^(screen|customXML|userConfig|qemuCommandline|cloud\.init|trace)$/

/** A copy without secrets and noise, for rows that people read. `secrets` are values to strike wherever they stand. */
export function redactJson(value: JsonValue, secrets: readonly string[] = []): JsonValue {
  if (typeof value === 'string') return scrubText(value, secrets)
  if (Array.isArray(value)) return value.map(item => redactJson(item, secrets))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => {
    if (SECRET_KEY.test(key)) return [key, isNothing(item) ? item : REDACTED]
    if (NOISE_KEY.test(key)) return [key, isNothing(item) ? item : OMITTED]
    return [key, redactJson(item, secrets)]
  }))
}

/** Strikes known secrets, and whatever follows a telling name in a query, a header or a form field. */
export function scrubText(text: string, secrets: readonly string[] = []): string {
  const struck = secrets.reduce((current, secret) => (secret === '' ? current : current.replaceAll(secret, REDACTED)), text)
  return struck
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
  return text.length > longest ? `${text.slice(0, longest)}… [cut]` : text
}
