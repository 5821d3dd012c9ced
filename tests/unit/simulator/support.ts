import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator/server.ts'

/** Where a simulator may keep its state for this test. */
export function stateFile(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'simulator-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'state.json')
}

export const NOON = Date.UTC(2030, 0, 15, 12)

export interface Reply {
  status: number
  /** Parsed JSON where there is any. */
  body: unknown
  text: string
  /** What stands at a path of the body, for example `data.hypervisor.groupId` or `data.0.id`. */
  get(path: string): unknown
  headers: Headers
}

export interface Rig extends Simulator {
  call(method: string, path: string, body?: unknown, options?: { token?: string | null, headers?: Record<string, string> }): Promise<Reply>
  switch(method: string, path: string, body?: unknown): Promise<Reply>
  advance(ms: number): void
  /** Makes a server, built and running unless told otherwise; gives its id. */
  server(options?: { built?: boolean, packageId?: number, userId?: number }): Promise<number>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    // HTML and cut answers are looked at as text.
    return undefined
  }
}

/** What stands at a path of parsed JSON. */
export function lookUp(body: unknown, path: string): unknown {
  let value = body
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }

  return value
}

/** A simulator on a free port with a stopped clock; closed after the test. */
export async function rig(options: SimulatorOptions = {}): Promise<Rig> {
  const simulator = await startSimulator({ startAt: NOON, isStopped: true, ...options })
  onTestFinished(() => simulator.close())

  async function request(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Reply> {
    const response = await fetch(url, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()

    const parsed = parse(text)

    return { status: response.status, body: parsed, text, headers: response.headers, get: path => lookUp(parsed, path) }
  }

  const made: Rig = {
    ...simulator,
    call: (method, path, body, { token = simulator.token, headers = {} } = {}) =>
      request(`${simulator.url}/api/v1${path}`, method, body, { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers }),
    switch: (method, path, body) => request(`${simulator.url}/__simulator${path}`, method, body, {}),
    advance: ms => simulator.control.clock.advance(ms),
    async server({ built = true, packageId = 1, userId = 2 } = {}) {
      const created = await made.call('POST', '/servers', { packageId, userId, hypervisorId: 1, ipv4: 1 })
      const id = Number(created.get('data.id'))
      if (!built) return id
      await made.call('POST', `/servers/${id}/build`, { operatingSystemId: 1, name: `vps-${id}` })
      made.advance(10_000)

      return id
    },
  }

  return made
}

/** The effects that the ledger holds, in order. */
export const effects = (simulator: Simulator) => simulator.control.ledger.entries.map(({ effect }) => effect)
