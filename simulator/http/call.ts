import { FieldReader } from './fields.ts'
import { notFound } from './answers.ts'
import type { Random } from '../core/random.ts'
import type { Settings } from '../core/settings.ts'
import type { Server, State } from '../core/state.ts'
import type { World } from '../core/world.ts'

interface CallInput {
  world: World
  operation: string
  path: string
  params: Record<string, string>
  query: URLSearchParams
  body: unknown
  requestId: string | null
  tokenName: string | null
  callNumber: number | null
  /** Where the caller reached the panel, for example `http://127.0.0.1:4100`. */
  origin: string
  /** Text with which queue work that this call starts shall fail; null for none. */
  taskFailure: string | null
}

/** One request as a handler sees it. */
export class Call {
  readonly input: CallInput

  constructor(input: CallInput) {
    this.input = input
  }

  get world(): World { return this.input.world }
  get state(): State { return this.input.world.state }
  get settings(): Settings { return this.input.world.settings }
  get random(): Random { return this.input.world.random }
  get query(): URLSearchParams { return this.input.query }
  get now(): number { return this.input.world.now() }

  /** A reader over the body that collects complaints. */
  fields(): FieldReader {
    return new FieldReader(this.input.body, this.settings.readings.validation)
  }

  text(name: string): string {
    return this.input.params[name] ?? ''
  }

  /** An integer of the path; `what` names the thing in the 404 when it is none. */
  id(name: string, what: string): number {
    const text = this.text(name)
    if (!/^\d{1,15}$/.test(text)) throw notFound(what)

    return Number(text)
  }

  /** The row with the id of the path parameter `name`. */
  find<Row>(rows: Map<number, Row>, name: string, what: string): Row {
    const row = rows.get(this.id(name, what))
    if (!row) throw notFound(what)

    return row
  }

  server(): Server {
    return this.find(this.state.servers, 'id', 'server')
  }

  flag(name: string): boolean {
    const value = this.query.get(name)

    return value === 'true' || value === '1'
  }

  /** Writes an effect of this call into the ledger; returns its number. */
  effect(effect: string, ids: Record<string, number>): number {
    const { world, operation, path, requestId, tokenName, callNumber, body } = this.input

    return world.record({ effect, operation, path, requestId, token: tokenName, call: callNumber, cause: null, ids, body: body ?? null })
  }
}
