import type { BodyForm } from '../errors.ts'
import type { JsonValue } from '../types.ts'

export interface AnswerBody {
  form: Exclude<BodyForm, 'none'>
  json: JsonValue | undefined
}

/** Reads a body by what it holds: the panel's content types are unreliable. */
export function readBody(text: string): AnswerBody {
  const trimmed = text.trim()
  if (trimmed === '') return { form: 'empty', json: undefined }
  if (trimmed.startsWith('<')) return { form: 'html', json: undefined }
  try {
    return { form: 'json', json: JSON.parse(trimmed) as JsonValue }
  }
  catch {
    // Not JSON is a finding, not a fault: the caller decides what it means.
    return { form: 'text', json: undefined }
  }
}

export function isRecord(value: unknown): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const MAX_MESSAGES = 10
const MAX_MESSAGE_LENGTH = 300

/** The panel's own sentences and the request fields they are about, from any of the error shapes it uses. */
export function readErrorTexts(json: JsonValue | undefined): { messages: string[], fields: string[] } {
  if (!isRecord(json)) return { messages: [], fields: [] }

  const { errors } = json
  const fields = isRecord(errors) ? Object.keys(errors).map(tidy) : []
  const listed = texts(errors)
  const messages = listed.length > 0 ? listed : [json.msg, json.message, json.error].flatMap(value => texts(value)).slice(0, 1)
  return { messages: messages.slice(0, MAX_MESSAGES).map(tidy), fields: fields.slice(0, MAX_MESSAGES) }
}

/** True for the two ways in which the panel says that a record does not exist; Laravel's `message` about a route is not one. */
export function saysNotFound(json: JsonValue | undefined): boolean {
  if (!isRecord(json)) return false
  return [...texts(json.msg), ...texts(json.errors)].some(text => /\bnot found\b|\bdoes not exist\b/i.test(text))
}

/** Sentences at most three levels down, which is as deep as any error shape goes. */
function texts(value: JsonValue | undefined, depth = 0): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value]
  if (typeof value !== 'object' || value === null || depth === 3) return []
  return Object.values(value).flatMap(item => texts(item, depth + 1))
}

function tidy(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}…`.toWellFormed() : line.toWellFormed()
}
