import type { EventHandler, H3Event } from 'h3'
import { defineEventHandler, getRouterParams, setResponseHeader, setResponseStatus } from 'h3'
import type { z } from 'zod'
import { boot } from '../boot.ts'
import type { AnonymousCall, Call } from '../context.ts'
import { AppError, notFound } from '../errors.ts'
import { readQuery, readJsonBody } from './read-input.ts'
import { requireSameOrigin } from './require-same-origin.ts'
import { sendProblem } from './send-problem.ts'
import { findCaller } from './find-caller.ts'

/**
 * Who may call a route. `anyone` needs no session; `signedIn` any role; `customer` and `admin` exactly that role. `machine` stands for a
 * caller with a secret of its own, which the domain function checks before it looks at anything else.
 * There is no default: a route that does not say it can't be declared.
 */
export type Access = 'anyone' | 'signedIn' | 'customer' | 'admin' | 'machine'

type Schema = z.ZodType
type Output<T extends Schema | undefined> = T extends Schema ? z.output<T> : undefined

export interface RouteDeclaration {
  access: Access
  /** For what has to answer while the database is away: a session is not looked up, and the caller is nobody, whatever cookie is sent. */
  ignoresSession?: true
  params?: Schema
  query?: Schema
  body?: Schema
  /** Checked before it is sent: what the schema does not name never leaves. */
  response: Schema
  /** Of a success; 200 unless given. */
  status?: 200 | 201 | 202
}

export interface RouteInput<D extends RouteDeclaration> {
  call: D['access'] extends 'anyone' | 'machine' ? AnonymousCall : Call
  params: Output<D['params']>
  query: Output<D['query']>
  body: Output<D['body']>
  event: H3Event
}

/** A handler with its declaration attached, so that start-up and tests can walk all routes. */
export type DeclaredRoute = EventHandler & { route: RouteDeclaration }

/**
 * The only way to declare an API route: who may call it, what comes in, what goes out. The check of the caller happens here, in the
 * handler of the matched route, and comes before any input is looked at. Errors become problem+json in one place.
 */
export function defineRoute<const D extends RouteDeclaration>(declaration: D, handle: (input: RouteInput<D>) => Promise<z.input<D['response']>>): DeclaredRoute {
  const handler = defineEventHandler(async (event) => {
    try {
      setResponseHeader(event, 'cache-control', 'no-store')
      const services = await boot()
      requireSameOrigin(event, services.env)
      const caller = await findCaller(event, services, { ignoresSession: declaration.ignoresSession })
      requireAccess(declaration.access, caller.user?.role ?? null)
      const params = parseParams(declaration.params, getRouterParams(event, { decode: true }))
      const query = declaration.query ? parseInput(declaration.query, readQuery(event)) : undefined
      const body = declaration.body ? parseInput(declaration.body, await readJsonBody(event)) : undefined
      setResponseStatus(event, declaration.status ?? 200)
      const result = await handle({ call: { ...services, ...caller }, params, query, body, event } as RouteInput<D>)
      if (event.handled) return // a stream, or an answer without a body, was written already
      // A value that does not fit its own schema is our defect: the mapper answers 500 and logs it.
      return asJson(event, declaration.response.parse(result))
    }
    catch (error) {
      return sendProblem(event, error)
    }
  })
  return Object.assign(handler, { route: declaration })
}

/** h3 would answer null with 204 and no body; our answers are JSON throughout, and null is one. */
function asJson(event: H3Event, value: unknown): unknown {
  if (value !== null) return value
  setResponseHeader(event, 'content-type', 'application/json')
  return 'null'
}

function requireAccess(access: Access, role: 'admin' | 'customer' | null): void {
  if (access === 'anyone' || access === 'machine') return
  if (role === null) throw new AppError('unauthenticated', 'Sign in first.')
  if (access !== 'signedIn' && access !== role) throw new AppError('forbidden', 'Your account may not do this.')
}

/** An id that can't exist answers exactly like one that does not. */
function parseParams(schema: Schema | undefined, params: unknown): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(params)
  if (!parsed.success) throw notFound()
  return parsed.data
}

function parseInput(schema: Schema, input: unknown): unknown {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields: Record<string, string> = {}
  for (const issue of parsed.error.issues) fields[issue.path.join('.') || 'body'] ??= issue.message
  throw new AppError('invalid_input', 'Some of what was sent does not fit. Each field says what it needs.', { fields })
}
