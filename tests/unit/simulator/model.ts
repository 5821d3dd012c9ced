import { createPanelModel, type PanelAnswer, type PanelModel, type PanelModelOptions, type PanelRequest } from '../../../simulator/in-process.ts'
import { lookUp, NOON } from './support.ts'

interface ModelAnswer extends PanelAnswer {
  /** What stands at a path of the JSON body, for example `data.id`. */
  get(path: string): unknown
}

export interface Model extends PanelModel {
  ask(method: string, path: string, body?: unknown, more?: Partial<PanelRequest>): ModelAnswer
  /** Moves the clock `ms` on. */
  pass(ms: number): void
  /** Makes a user known by a relation string; gives the id. */
  user(relStr: string): number
  /** Makes a server, built unless told otherwise; gives the id. */
  server(options?: { userId?: number, built?: boolean }): number
  /** The ids that the listing of a user shows. */
  listed(userId: number): unknown
}

/** A panel in process that begins at noon. */
export function model(options: Partial<PanelModelOptions> = {}): Model {
  const panel = createPanelModel({ startAt: NOON, ...options })

  const made: Model = {
    ...panel,
    ask(method, path, body, more = {}) {
      const answer = panel.call({ method, path, ...(body !== undefined && { body }), ...more })
      const parsed: unknown = answer.contentType === 'application/json' ? JSON.parse(answer.body) : undefined

      return Object.assign(answer, { get: (at: string) => lookUp(parsed, at) })
    },
    pass: ms => panel.advance(panel.world.clock.now() + ms),
    user: relStr => Number(made.ask('POST', '/users', { name: 'Escrow', email: `${relStr}@shop.invalid`, relStr }).get('data.id')),
    server({ userId = 2, built = true } = {}) {
      const id = Number(made.ask('POST', '/servers', { packageId: 1, userId, hypervisorId: 1, ipv4: 1 }).get('data.id'))
      if (!built) return id
      made.ask('POST', `/servers/${id}/build`, { operatingSystemId: 1 })
      made.pass(10_000)

      return id
    },
    listed(userId) {
      const rows = made.ask('GET', `/servers/user/${userId}`).get('data')

      return Array.isArray(rows) ? rows.map((row: { id: number }) => row.id) : rows
    },
  }

  return made
}
