import type { H3Event } from 'h3'
import { getQuery, getRequestHeader } from 'h3'
import { AppError } from '../errors.ts'
import { requireStorable } from './require-storable.ts'

/** No form of Berth sends more; longer bodies are refused before they are read to the end. */
const MAX_BODY_BYTES = 100 * 1024

/** The query as single strings. A parameter that is given twice is refused, for two readers could choose differently. */
export function readQuery(event: H3Event): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [key, value] of Object.entries(getQuery(event))) {
    if (typeof value !== 'string') {
      if (Array.isArray(value)) throw new AppError('invalid_input', 'A parameter was given twice.', { fields: { [key]: 'Give this once.' } })
      query[key] = String(value)
      continue
    }
    if (value !== '') query[key] = value
  }
  requireStorable(query)
  return query
}

/** The JSON body. An empty one reads as `{}`. @throws AppError unsupported_media_type, payload_too_large, invalid_input */
export async function readJsonBody(event: H3Event): Promise<unknown> {
  const declared = Number(getRequestHeader(event, 'content-length') ?? 0)
  if (declared > MAX_BODY_BYTES) throw tooLarge()
  const text = await readText(event)
  if (text.trim() === '') return {}
  const type = getRequestHeader(event, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  // Also keeps cross-site forms out, which can't send this type without asking first.
  if (type !== 'application/json') throw new AppError('unsupported_media_type', 'Send JSON with the header "content-type: application/json".')
  const body = parseJson(text)
  requireStorable(body)
  return body
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, withoutPrototypeKeys)
  }
  catch {
    throw new AppError('invalid_input', 'The body is not valid JSON.', { fields: { body: 'This is not valid JSON.' } })
  }
}

const tooLarge = () => new AppError('payload_too_large', `The body is larger than ${MAX_BODY_BYTES / 1024} kB.`)

function withoutPrototypeKeys(key: string, value: unknown): unknown {
  return key === '__proto__' || key === 'constructor' || key === 'prototype' ? undefined : value
}

function readText(event: H3Event): Promise<string> {
  const { req } = event.node
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY_BYTES) chunks.push(chunk)
      // The rest is read and dropped: ending the connection here would take the answer with it.
      else reject(tooLarge())
    })
    req.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    req.once('error', reject)
    req.once('close', () => reject(new AppError('invalid_input', 'The body ended too early.')))
  })
}
