import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { z } from 'zod'
import { LiveEventSchema, type LiveEvent } from '#shared/schemas/events.ts'
import type { Audience, Events } from './context.ts'
import { Prisma } from './generated/prisma/client.ts'
import type { Log } from './log.ts'

const CHANNEL = 'berth_live'
const BEAT_MS = 15_000

/** Others may write on the channel, also a Berth of another version: a message that lacks something must not end the process. */
const MessageSchema = z.object({
  event: LiveEventSchema,
  audience: z.object({ admins: z.boolean(), userId: z.string().nullish() }),
})

type Listener = (event: LiveEvent, audience: Audience) => void

/**
 * LISTEN/NOTIFY between all processes on one database. Payloads carry ids only: 8,000 bytes would abort the sender's transaction.
 * What is sent while there is no connection is lost, so whoever listened before one stands is told to `resync`. `listening` resolves with the first.
 */
export function startLiveEvents(url: string, log: Log): Events & { listening: Promise<void>, stop(): Promise<void> } {
  const listeners = new Set<Listener>()
  const tellAll: Listener = (event, audience) => { for (const listener of listeners) listener(event, audience) }
  let isStopped = false
  let client: pg.Client | undefined
  let wake = () => {}
  let beginListening = () => {}
  const listening = new Promise<void>((resolve) => { beginListening = resolve })

  const listen = async () => {
    for (let failures = 0; !isStopped;) {
      const current = client = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 3000, application_name: 'berth-events' })
      const ended = new Promise<void>((resolve) => {
        wake = resolve
        current.once('end', resolve)
        current.on('error', () => resolve())
      })
      let beat: NodeJS.Timeout | undefined
      try {
        current.on('notification', ({ payload }) => {
          if (listeners.size === 0) return // a process without tabs
          const message = parseMessage(payload, log)
          if (message) tellAll(message.event, message.audience)
        })
        // A connection that is ended while it is made says neither yes nor no.
        await Promise.race([current.connect(), ended.then(() => { throw new Error('ended before it was connected') })])
        await current.query(`listen "${CHANNEL}"`)
        failures = 0
        beginListening()
        tellAll({ type: 'resync' }, { admins: true })
        // A half-open connection says nothing by itself: ask now and then.
        beat = setInterval(() => {
          const silence = sleep(5000, undefined, { ref: false }).then(() => { throw new Error('no answer') })
          Promise.race([current.query('select 1'), silence]).catch(() => wake())
          silence.catch(() => {})
        }, BEAT_MS)
        await ended
      }
      catch (error) {
        if (!isStopped) log.warn({ err: error }, 'live events: connection failed')
      }
      clearInterval(beat)
      current.end().catch(() => {})
      if (!isStopped) await sleep(Math.min(100 * 2 ** failures++, 5000) * (0.5 + Math.random() / 2))
    }
  }
  const running = listen()

  return {
    listening,
    async publish(db, event, audience) {
      await db.$executeRaw`select ${tellTabs(event, audience)}`
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    async stop() {
      isStopped = true
      wake()
      await client?.end().catch(() => {})
      await running
    },
  }
}

/** The message to all processes as an expression, for statements that do more than that. It leaves when the transaction commits. */
export function tellTabs(event: LiveEvent, audience: Audience): Prisma.Sql {
  return Prisma.sql`pg_notify(${CHANNEL}, ${JSON.stringify({ event, audience })})`
}

function parseMessage(payload: string | undefined, log: Log): { event: LiveEvent, audience: Audience } | null {
  const message = MessageSchema.safeParse(readJson(payload ?? ''))
  if (message.success) return message.data
  log.warn({ at: message.error.issues.map(({ path }) => path.join('.')) }, 'live events: ignored a message that does not fit')
  return null
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    return undefined // somebody else's message on our channel
  }
}
