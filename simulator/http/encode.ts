import type { Answer } from './answers.ts'

/** An answer as it goes over the wire. */
export interface EncodedAnswer {
  status: number
  headers: Record<string, string>
  text: string
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

function textOf(body: unknown): string {
  if (body === undefined) return ''

  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** Writes an answer out; `now` is the simulated time in ms for the `Date` header. */
export function encodeAnswer({ status, body, headers: own }: Answer, now: number): EncodedAnswer {
  const text = textOf(body)
  const headers: Record<string, string> = { 'Date': httpDate(now), 'Cache-Control': 'no-cache, private' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (status !== 204) headers['Content-Length'] = String(Buffer.byteLength(text))

  return { status, headers: Object.assign(headers, own), text }
}
