import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

interface Ended { state: string }
const AT_AN_END = new Set(['succeeded', 'failed', 'cancelled', 'needs_attention'])

/** Berth's API for one signed-in person, as far as the sample data needs it. */
export class Api {
  readonly #url: string
  #cookie = ''

  constructor(url: string) {
    this.#url = url
  }

  async signIn(email: string, password: string): Promise<this> {
    await this.send('POST', '/api/auth/sign-in/email', { email, password })
    return this
  }

  /** Sends one change under an idempotency key of its own. @throws Error with the answer when it is no success */
  async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { 'cookie': this.#cookie, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
    if (cookie) this.#cookie = cookie
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return JSON.parse(text) as T
  }

  /** Waits until an operation has succeeded; what did not is said, and the rest of the sample data is made all the same. */
  async succeeded(operationId: string): Promise<void> {
    const state = await this.ended(operationId)
    if (state !== 'succeeded') process.stderr.write(`A piece of the sample data is missing: its operation ${operationId} ended as ${state}.\n`)
  }

  /** Waits until an operation is at an end, or stands before a person. */
  async ended(operationId: string): Promise<string> {
    for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(150)) {
      const { state } = await this.send<Ended>('GET', `/api/admin/operations/${operationId}`)
      if (AT_AN_END.has(state)) return state
    }
    throw new Error(`The operation ${operationId} did not end.`)
  }
}
