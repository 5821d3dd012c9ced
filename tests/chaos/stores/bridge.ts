import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import type { CreateSettings } from '#shared/schemas/engine-settings.ts'
import type { Single } from './random-steps.ts'
import type { Rows } from './rows-of-sql.ts'
import type { Scheduled } from './sql-database.ts'
import type { Answer } from './verbs.ts'

/** What is not a table of the engine's own, and is set before a step. */
export interface Surroundings {
  settings: CreateSettings
  safety: { harmPerHour: number, harmPercentPerHour: number }
  safeModeSince: number | null
  safeModeLeftAt: number | null
  pause: { at: number, lastFailureAt: number, diagnosis: unknown } | null
}

export type Request =
  | { type: 'clear', at: number }
  | { type: 'step', at: number, step: Single, surroundings: Partial<Surroundings>, takesScheduled: boolean }
  | { type: 'scheduled' }
  | { type: 'rows' }

export interface StepReply { answer: Answer, scheduled: Scheduled[] }
export interface Replies { clear: null, step: StepReply, scheduled: Scheduled[], rows: Rows }

/** On a busy machine a step takes some hundred milliseconds at most. */
const PATIENCE_MS = 60_000

/** What the thread is given. */
export interface ThreadData { url: string, personId: string, port: MessagePort, signal: Int32Array }

/**
 * A PostgreSQL that answers at once: the thread that talks to it does so while this one stands still, and with it virtual time. So one life
 * is the same life, event by event, on either store.
 */
export class SqlBridge {
  readonly personId: string
  private readonly thread: Worker
  private readonly port: MessagePort
  private readonly signal = new Int32Array(new SharedArrayBuffer(4))

  private constructor(url: string, personId: string) {
    this.personId = personId
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    const workerData: ThreadData = { url, personId, port: port2, signal: this.signal }
    this.thread = new Worker(new URL('sql-thread.ts', import.meta.url), { workerData, transferList: [port2] })
  }

  /** On a migrated database that nobody else uses. */
  static async open(url: string, personId: string): Promise<SqlBridge> {
    const bridge = new SqlBridge(url, personId)
    await new Promise<void>((resolve, reject) => {
      bridge.thread.once('message', () => resolve())
      bridge.thread.once('error', reject)
    })
    return bridge
  }

  /** Sends a request and stands still until its reply is there. @throws Error what the thread did not expect */
  ask<T extends Request['type']>(request: Extract<Request, { type: T }>): Replies[T] {
    Atomics.store(this.signal, 0, 0)
    this.port.postMessage(request)
    // Woken by the notice of the reply before, it waits on.
    while (Atomics.load(this.signal, 0) === 0) if (Atomics.wait(this.signal, 0, 0, PATIENCE_MS) === 'timed-out') throw new Error(`PostgreSQL said nothing to ${JSON.stringify(request, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)).slice(0, 500)}`)
    const { reply, failure } = (receiveMessageOnPort(this.port) as { message: { reply: Replies[T], failure?: string } }).message
    if (failure !== undefined) throw new Error(failure)
    return reply
  }

  async close(): Promise<void> {
    await this.thread.terminate()
  }
}
