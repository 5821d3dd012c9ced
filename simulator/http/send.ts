import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './answers.ts'

export type Mangling = 'none' | 'truncate' | 'wrong-length' | 'drip'

interface SendInput {
  response: ServerResponse
  answer: Answer
  /** Simulated time in ms for the `Date` header. */
  now: number
  mangling?: Mangling
  /** `drip`: real ms between two pieces. */
  dripMs?: number
}

let dateSecond = -1
let dateText = ''

/** Formatting a date costs more than the rest of a small answer, so the text is kept for its second. */
function httpDate(now: number) {
  const second = Math.floor(now / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    dateText = new Date(now).toUTCString()
  }

  return dateText
}

function encode(body: unknown): string {
  if (body === undefined) return ''

  return typeof body === 'string' ? body : JSON.stringify(body)
}

async function drip(response: ServerResponse, text: string, ms: number) {
  const size = Math.max(1, Math.ceil(text.length / 50))
  for (let at = 0; at < text.length && !response.destroyed; at += size) {
    response.write(text.slice(at, at + size))
    await wait(ms)
  }
  response.end()
}

/** Writes an answer, whole or in the damaged way that a fault asks for. */
export async function send({ response, answer, now, mangling = 'none', dripMs = 100 }: SendInput) {
  const text = encode(answer.body)
  const length = Buffer.byteLength(text)
  const headers: Record<string, string | number> = { 'Date': httpDate(now), 'Cache-Control': 'no-cache, private' }
  if (answer.body !== undefined) headers['Content-Type'] = 'application/json'
  if (answer.status !== 204) headers['Content-Length'] = mangling === 'wrong-length' ? length + 64 : length
  Object.assign(headers, answer.headers)

  response.writeHead(answer.status, headers)
  if (mangling === 'none') {
    response.end(text)
    return
  }
  if (mangling === 'drip') return drip(response, text, dripMs)

  response.write(text.slice(0, mangling === 'truncate' ? Math.floor(text.length / 2) : text.length))
  // The bytes must be on their way before the connection breaks, or the caller would see a reset without an answer.
  await wait(20)
  response.destroy()
}
