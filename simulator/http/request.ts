import type { IncomingMessage } from 'node:http'

const BODY_LIMIT = 1024 * 1024

export interface IncomingCall {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  /** Parsed JSON, undefined when there is no body, `invalid` for text that is no JSON. */
  body: unknown
  isJson: boolean
  authorization: string | null
  requestId: string | null
  address: string
  host: string
  origin: string | null
}

const header = (request: IncomingMessage, name: string) => {
  const value = request.headers[name]

  return typeof value === 'string' ? value : null
}

async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT) return null
    chunks.push(chunk)
  }

  return Buffer.concat(chunks).toString('utf8')
}

/** Reads the text of a body as JSON; an empty one is no body. */
export function parseBody(text: string): { body: unknown, isJson: boolean } {
  if (text.trim() === '') return { body: undefined, isJson: true }
  try {
    return { body: JSON.parse(text) as unknown, isJson: true }
  }
  catch (error) {
    if (error instanceof SyntaxError) return { body: undefined, isJson: false }
    throw error
  }
}

/** Reads a whole request; null when its body is over 1 MiB. */
export async function readRequest(request: IncomingMessage): Promise<IncomingCall | null> {
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
  const text = hasBody ? await readText(request) : ''
  if (text === null) return null

  const target = request.url ?? '/'
  const mark = target.indexOf('?')

  const contentType = header(request, 'content-type') ?? ''

  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    // A body that does not say it is JSON is not read as JSON by the panel either.
    ...(/[/+]json\b/i.test(contentType) ? parseBody(text) : { body: undefined, isJson: true }),
    authorization: header(request, 'authorization'),
    requestId: header(request, 'x-request-id'),
    address: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    host: header(request, 'host') ?? 'localhost',
    origin: header(request, 'origin'),
  }
}
