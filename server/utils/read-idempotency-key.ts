import type { H3Event } from 'h3'
import { getRequestHeader } from 'h3'
import { invalidField } from '../errors.ts'

/** The Idempotency-Key header, or null without one. @throws AppError invalid_input for one that is too long or not plain text */
export function readIdempotencyKey(event: H3Event): string | null {
  const key = getRequestHeader(event, 'idempotency-key')?.trim()
  if (!key) return null
  if (!/^[\x20-\x7e]{1,200}$/.test(key)) throw invalidField('Idempotency-Key', 'Use 1 to 200 plain characters, for example a UUID.')
  return key
}
