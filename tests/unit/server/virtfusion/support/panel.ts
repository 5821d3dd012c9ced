import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createVirtFusionClient, type VirtFusionClientOptions } from '../../../../../server/virtfusion/client.ts'

export const TOKEN = 'tok-3f9c1d7be2'

export interface SeenRequest {
  method: string
  url: string
  headers: http.IncomingHttpHeaders
  body: string
}

export interface Reply {
  status?: number
  headers?: Record<string, string>
  /** Sent as JSON unless it is a string. */
  body?: unknown
}

/** A loopback server that notes every request and answers as the test says. */
export async function startPanel(answer: (request: SeenRequest) => Reply) {
  const seen: SeenRequest[] = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => { body += chunk.toString() })
    request.on('end', () => {
      const noted = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      seen.push(noted)
      const reply = answer(noted)
      response.writeHead(reply.status ?? 200, reply.headers)
      response.end(typeof reply.body === 'string' || reply.body === undefined ? reply.body : JSON.stringify(reply.body))
    })
  })
  const origin = await listen(server)
  return { origin, seen, close: () => closeServer(server) }
}

/** Starts any server on a free port of the loopback address. */
export async function listen(server: Server, scheme = 'http'): Promise<string> {
  server.on('connection', (socket: Socket) => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export async function closeServer(server: Server): Promise<void> {
  if (server instanceof http.Server) server.closeAllConnections()
  server.close()
}

export function createClient(baseUrl: string, options: Partial<VirtFusionClientOptions> = {}) {
  return createVirtFusionClient({ baseUrl, token: TOKEN, ...options })
}

/** The rejection of a promise, or a failure of the test when it resolves. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  }
  catch (error) {
    return error
  }
  throw new Error('Expected a rejection')
}
