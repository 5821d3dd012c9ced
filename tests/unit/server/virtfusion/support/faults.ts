import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { generate } from 'selfsigned'
import { closeServer, listen, startPanel, type Reply } from './panel.ts'

/** A server that misbehaves in one way. */
export interface Fault {
  baseUrl: string
  close(): Promise<void>
}

async function serve(server: net.Server, scheme = 'http'): Promise<Fault> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const baseUrl = await listen(server, scheme)
  return {
    baseUrl,
    close: async () => {
      sockets.forEach(socket => socket.destroy())
      await closeServer(server)
    },
  }
}

/** Answers every request alike. */
export async function answering(reply: Reply): Promise<Fault> {
  const panel = await startPanel(() => reply)
  return { baseUrl: panel.origin, close: panel.close }
}

/** Does to the socket what the test says, once the first bytes of the request have come. */
export function afterRequest(act: (socket: net.Socket) => void): Promise<Fault> {
  return serve(net.createServer(socket => socket.once('data', () => act(socket))))
}

/** Accepts connections and says nothing, ever. */
export function silent(): Promise<Fault> {
  return serve(net.createServer(() => {}))
}

/** A port on which nothing listens. */
export async function nothingListening(scheme = 'http'): Promise<Fault> {
  const server = net.createServer()
  const baseUrl = await listen(server, scheme)
  await new Promise(resolve => server.close(resolve))
  return { baseUrl, close: () => Promise.resolve() }
}

/** Sends the head of an answer, then one byte at a time, without end. */
export function dripping(): Promise<Fault> {
  return serve(http.createServer((_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }))
}

/** Sends more than any answer may hold. */
export function endless(): Promise<Fault> {
  const chunk = 'x'.repeat(64 * 1024)
  return serve(http.createServer((_, response) => {
    response.on('error', () => {})
    const pump = () => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', pump)
    }
    pump()
  }))
}

export interface TlsFault extends Fault {
  /** PEM of the authority that signed the certificate, or of the certificate itself. */
  ca: string
}

type Certificate = 'self-signed' | 'unknown-authority' | 'expired' | 'not-yet-valid' | 'wrong-name' | 'good'

const DAY_MS = 86_400_000

/** Serves `[]` over TLS with the given certificate; all but `self-signed` come from an authority of their own. */
export async function tlsWith(kind: Certificate, { validDays = 365 } = {}): Promise<TlsFault> {
  const authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const name = kind === 'wrong-name' ? 'other.example.com' : 'localhost'
  const now = Date.now()
  const pems = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: kind === 'wrong-name' ? [{ type: 2, value: name }] : [{ type: 2, value: name }, { type: 7, ip: '127.0.0.1' }] }],
    ...(kind === 'self-signed' ? {} : { ca: { key: authority.private, cert: authority.cert } }),
    notAfterDate: new Date(now + validDays * DAY_MS),
    ...(kind === 'expired' ? { notBeforeDate: new Date(now - 9 * DAY_MS), notAfterDate: new Date(now - DAY_MS) } : {}),
    ...(kind === 'not-yet-valid' ? { notBeforeDate: new Date(now + DAY_MS), notAfterDate: new Date(now + 9 * DAY_MS) } : {}),
  })
  const server = https.createServer({ key: pems.private, cert: pems.cert }, (_, response) => response.end('[]'))
  server.on('tlsClientError', () => {})
  return { ...await serve(server, 'https'), ca: kind === 'self-signed' ? pems.cert : authority.cert }
}
