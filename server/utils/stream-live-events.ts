import type { H3Event } from 'h3'
import type { LiveEvent } from '#shared/schemas/events.ts'
import type { Audience, Call } from '../context.ts'
import { findSession } from '../domains/sessions/find-session.ts'
import { AppError } from '../errors.ts'
import { readSessionCookie } from './session-cookie.ts'

const HEARTBEAT_MS = 20_000
const RECHECK_MS = 30_000
const MAX_STREAMS_PER_PERSON = 10
/** A tab that reads slower than this is ended: it comes back and reads its state anew. */
const MAX_BUFFERED_BYTES = 64 * 1024

const streamsByPerson = new Map<string, number>()

/** What carries nothing but that it happened: whoever it is told to reads what they may see of it. A `resync` that names nobody follows a gap. */
const FOR_EVERYBODY: readonly LiveEvent['type'][] = ['resync', 'panel']

/** Whether an event is for this person. */
export function maySee(user: { id: string, role: 'admin' | 'customer' }, event: LiveEvent, audience: Audience): boolean {
  if (audience.userId) return audience.userId === user.id || (audience.admins && user.role === 'admin')
  return FOR_EVERYBODY.includes(event.type) || (audience.admins && user.role === 'admin')
}

/**
 * Sends live events until the tab goes, the session ends or the process stops. After a reconnect the first event is `resync`,
 * for what was sent meanwhile is lost. @throws AppError too_many_requests beyond ten streams of one person
 */
export async function streamLiveEvents(event: H3Event, call: Call): Promise<void> {
  const { user } = call
  const { req, res } = event.node
  // Gone while the session was looked up: its `close` came before anybody waited for it, and would hold the place for ever.
  if (res.closed) return
  const open = streamsByPerson.get(user.id) ?? 0
  if (open >= MAX_STREAMS_PER_PERSON) throw new AppError('too_many_requests', 'Too many tabs are open. Close some of them.', { retryAfterSeconds: 30 })
  streamsByPerson.set(user.id, open + 1)

  const token = readSessionCookie(event, call.env)
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'connection': 'close', 'x-accel-buffering': 'no' })
  let sent = 0
  const write = (text: string) => { if (!res.writableEnded) res.write(text) }
  const send = (live: LiveEvent) => {
    write(`id: ${++sent}\ndata: ${JSON.stringify(live)}\n\n`)
    if (res.writableLength > MAX_BUFFERED_BYTES) res.destroy()
  }
  const end = () => { res.end() }
  const recheck = () => {
    const alive = token ? findSession(call, token, { isUse: false }) : Promise.resolve(null)
    // A database that is away for a moment ends no stream; the next check decides.
    alive.then((found) => { if (found?.sessionId !== user.sessionId || found.role !== user.role) end() }, (error: unknown) => call.log.warn({ err: error, requestId: call.requestId }, 'session could not be checked'))
  }

  // An id without data tells the browser only that it has been here.
  write('retry: 2000\nid: 0\n\n')
  if (req.headers['last-event-id'] !== undefined) send({ type: 'resync' })
  const unsubscribe = call.events.subscribe((live, audience) => {
    if (!maySee(user, live, audience)) return
    if (live.type === 'resync') recheck()
    send(live)
  })
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS)
  const check = setInterval(recheck, RECHECK_MS)
  call.stopping.addEventListener('abort', end, { once: true })
  if (call.stopping.aborted) end()

  await new Promise<void>((resolve) => { res.once('close', resolve) })
  unsubscribe()
  clearInterval(heartbeat)
  clearInterval(check)
  call.stopping.removeEventListener('abort', end)
  const left = (streamsByPerson.get(user.id) ?? 1) - 1
  if (left > 0) streamsByPerson.set(user.id, left)
  else streamsByPerson.delete(user.id)
}
