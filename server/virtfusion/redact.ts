import type { JsonValue } from './types.ts'

export const REDACTED = '[redacted]'
const OMITTED = '[omitted]'
const MAX_BODY_CHARS = 16_000
const MAX_TEXT_CHARS = 4_000
/** No answer of the panel is nearly as deep; one that is would only exhaust the stack. */
const DEEPEST = 40

const SECRET_KEY = /password|passwd|secret|token|authorization|cookie|private_?key|encrypted|endpoint_complete|api_?key/i
/** Without one of these words in it a text says no secret: nearly all texts, so they are looked at once. */
const TELLING = /bearer|basic|password|passwd|secret|token/i
/** Long and of no use in a record: screen images, custom XML, cloud-init, raw QEMU settings. */
const NOISE_KEY = /^(screen|customXML|userConfig|qemuCommandline|cloud\.init|trace)$/

/** A copy without secrets and noise, for rows that people read. `secrets` are values to strike wherever they stand. */
export function redactJson(value: JsonValue, secrets: readonly string[] = []): JsonValue {
  return redactLevel(value, { secrets, longestList: Infinity }, 0)
}

interface Redaction { secrets: readonly string[], longestList: number }

function redactLevel(value: JsonValue, how: Redaction, depth: number): JsonValue {
  if (typeof value === 'string') return scrubText(value, how.secrets)
  if (typeof value !== 'object' || value === null) return value
  if (depth === DEEPEST) return OMITTED
  if (Array.isArray(value)) {
    const kept = value.slice(0, how.longestList).map(item => redactLevel(item, how, depth + 1))
    return value.length > kept.length ? [...kept, `[${value.length - kept.length} more]`] : kept
  }
  const record: Record<string, JsonValue> = {}
  for (const [key, item] of Object.entries(value)) {
    const { name, mask } = rulingOf(key)
    record[name] = mask === null ? redactLevel(item, how, depth + 1) : isNothing(item) ? item : mask
  }
  return record
}

/** How a key reads in a record, and what stands in the place of its value. */
interface Ruling { name: string, mask: string | null }

/** The panel uses the same few hundred keys in each answer, so they are looked up. */
function rulingOf(key: string): Ruling {
  const known = rulings.get(key)
  if (known) return known
  // As a property of the record this name would set what the record inherits from.
  const name = key === '__proto__' ? OMITTED : storable(key)
  const ruling = { name, mask: SECRET_KEY.test(key) ? REDACTED : NOISE_KEY.test(key) ? OMITTED : null }
  if (rulings.size < MOST_RULINGS) rulings.set(key, ruling)
  return ruling
}

const MOST_RULINGS = 1_000
const rulings = new Map<string, Ruling>()

/** Strikes known secrets, and whatever follows a telling name in a query, a header or a form field. */
export function scrubText(text: string, secrets: readonly string[] = []): string {
  const struck = secrets.reduce((current, secret) => (secret === '' ? current : current.replaceAll(secret, REDACTED)), text)
  if (!TELLING.test(struck)) return storable(struck)
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

  // A mask is at most three times as long as what it covers: so short an answer fits, and need not be measured.
  if (body.text.length <= MAX_BODY_CHARS / 3) return redactJson(body.json, secrets)
  const isLong = body.text.length > 4 * MAX_BODY_CHARS // then it is not tried whole
  let text = ''
  for (const longestList of isLong ? [25, 5, 1] : [Infinity, 25, 5, 1]) {
    const record = redactLevel(body.json, { secrets, longestList }, 0)
    text = JSON.stringify(record)
    if (text.length <= MAX_BODY_CHARS) return record
  }
  return truncate(text, MAX_BODY_CHARS)
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
