export interface Answer {
  status: number
  /** Undefined: no body. A string is sent as it is, anything else as JSON. */
  body?: unknown
  headers?: Record<string, string>
}

/** Thrown by a handler to answer with something else than success. No `Error`: nobody reads its stack, and taking one costs more than the call. */
export class Refusal {
  readonly answer: Answer

  constructor(status: number, body?: unknown, headers?: Record<string, string>) {
    this.answer = { status, body, ...(headers && { headers }) }
  }
}

export const ok = (data: unknown): Answer => ({ status: 200, body: { data } })
export const created = (data: unknown): Answer => ({ status: 201, body: { data } })
/** Success without a body. Which 2xx it is differs by operation and version. */
export const empty = (status: 200 | 201 | 204): Answer => ({ status })

/** Older endpoints name the reason in `msg`. */
export const notFound = (what: string) => new Refusal(404, { msg: `${what} not found` })
export const conflict = (msg: string) => new Refusal(409, { msg })
export const locked = (msg: string) => new Refusal(423, { msg })

const html = (title: string) =>
  `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`

export const htmlPage = (status: number, title: string): Answer =>
  ({ status, body: html(title), headers: { 'Content-Type': 'text/html; charset=UTF-8' } })
