import { invalidField } from '../errors.ts'

/** Far more than any form nests; what goes on for ever would end the stack of whoever walks or stores it. */
const MAX_DEPTH = 32

/**
 * PostgreSQL takes neither NUL nor half a surrogate pair, in text as in JSON: whatever query came first would fail. Schemas can't see to it,
 * for they let unknown keys of features through, with all that is in them. @throws AppError invalid_input that names the dotted path
 */
export function requireStorable(value: unknown, path = '', depth = 0): void {
  if (typeof value === 'string') return requireText(value, path)
  if (typeof value !== 'object' || value === null) return
  if (depth >= MAX_DEPTH) throw invalidField(path, `This is nested too deeply: at most ${MAX_DEPTH} levels.`)
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = path ? `${path}.${key}` : key
    requireText(key, innerPath)
    requireStorable(inner, innerPath, depth + 1)
  }
}

function requireText(text: string, path: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw invalidField(path || 'body', 'This holds a character that can\'t be stored. Type it again instead of pasting it.')
}
