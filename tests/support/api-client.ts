import { setTimeout as sleep } from 'node:timers/promises'

export interface ApiAnswer<T> { status: number, body: T, headers: Headers }

/** Berth's HTTP interface as a script of an operator would use it: JSON, a cookie, nothing else. */
export class ApiClient {
  readonly url: string
  #cookie = ''

  constructor(url: string) {
    this.url = url
  }

  async signIn(email: string, password: string): Promise<this> {
    const answer = await this.request('POST', '/api/auth/sign-in/email', { email, password })
    if (answer.status !== 200) throw new Error(`Signing in as ${email} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return this
  }

  /** Sends one request; never throws for a status. `T` is what the caller expects of a success. */
  async request<T = Record<string, unknown>>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(this.#cookie ? { cookie: this.#cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]).find((pair) => pair?.includes('berth-session='))
    if (cookie) this.#cookie = cookie
    const text = await response.text()
    return { status: response.status, body: (text ? JSON.parse(text) : null) as T, headers: response.headers }
  }

  /** As `request`, for calls that must succeed. */
  async send<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const answer = await this.request<T>(method, path, body, headers)
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** Opens a stream; the caller reads and aborts it. */
  open(path: string, signal: AbortSignal): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { cookie: this.#cookie }, signal })
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path)
  }
}

/** Asks again until `isDone` holds; throws with the last value at the deadline. */
export async function until<T>(read: () => Promise<T>, isDone: (value: T) => boolean, { timeoutMs = 90_000, what = 'the expected state' } = {}): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    const value = await read()
    if (isDone(value)) return value
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}; the last answer was ${JSON.stringify(value, null, 2)}`)
    await sleep(50)
  }
}
