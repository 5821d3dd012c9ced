import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './answers.ts'
import { encodeAnswer } from './encode.ts'

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
  const { status, headers, text } = encodeAnswer(answer, now)
  const length = headers['Content-Length']
  if (mangling === 'wrong-length' && length !== undefined) headers['Content-Length'] = String(Number(length) + 64)

  response.writeHead(status, headers)
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
