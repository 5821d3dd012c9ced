import { isRecord } from '../chain/answer-body.ts'
import type { JsonValue } from '../types.ts'

const VERSION = /^v?\d+(\.\d+){0,3}([ .-].{0,20})?$/

/** Where a version has been seen or may be: no public source names a field, so the plain places are tried in order. */
const PLACES = [['version'], ['data', 'version'], ['data', 'control', 'version'], ['data', 'app', 'version'], ['status', 'version'], ['control', 'version']]

/** The panel's version without a leading `v`, or null when the answer names none. */
export function findVersion(json: JsonValue | undefined): string | null {
  for (const place of PLACES) {
    const value = place.reduce<JsonValue | undefined>((current, key) => (isRecord(current) ? current[key] : undefined), json)
    const version = readVersion(value)
    if (version !== null) return version
  }
  return null
}

function readVersion(value: JsonValue | undefined): string | null {
  if (isRecord(value)) return readVersion(value.version ?? value.current ?? value.installed)
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value).trim()
  return VERSION.test(text) ? text.replace(/^v/, '') : null
}
