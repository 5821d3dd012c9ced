import type { AnswerBody } from './chain/answer-body.ts'
import type { CallOptions, JsonValue, Method, OperationKind, RequestDescription } from './types.ts'

/** What an operation's output function gets to see. */
export interface Answer extends AnswerBody {
  status: number
  request: RequestDescription
  /** The configured panel's origin: the only one that addresses in an answer may point to. */
  origin: string
}

/** Thrown by an output function when a good status comes with an unusable body. */
export class ContractError extends Error {
  override readonly name = 'ContractError'
}

/** Thrown by an input function when an argument can't be sent. `field` is the API's name for it. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

type QueryValue = string | number | boolean | undefined

export interface OperationInput {
  /** Values for the placeholders of the path. */
  params?: Record<string, string | number>
  body?: JsonValue
}

/** One operation of the API, declared once. `Args` stand before the options in the function that callers use. */
export interface Operation<Args extends unknown[], Query, Result> {
  /** Resource and function, for example `servers.get`. */
  operation: string
  method: Method
  /** As in the published specification, with placeholders: `/servers/{serverId}`. */
  path: string
  /** Defaults to `read` for GET and `change` for all else. */
  kind?: OperationKind
  acceptedStatuses?: readonly number[]
  /** The longest answer that is read, in bytes, of an operation that may say more than 5 MB. */
  longestAnswer?: number
  input?: (...args: Args) => OperationInput
  /** Query parameters, taken from the call's options. */
  query?: (options: Query) => Record<string, QueryValue>
  output: (answer: Answer) => Result
}

/** Options may be left out unless the operation's own ones are required. */
type OptionsOf<Query> = object extends Query ? [options?: Query & CallOptions] : [options: Query & CallOptions]

export interface Callable<Args extends unknown[], Query, Result> {
  (...args: [...Args, ...OptionsOf<Query>]): Promise<Result>
  /** What would be sent, without sending it. Throws as the call would when an argument can't be sent. */
  request(...args: [...Args, ...OptionsOf<Query>]): RequestDescription
  /** The declaration, for contract tests and tables of what exists. */
  readonly definition: Pick<Operation<Args, Query, Result>, 'operation' | 'method' | 'path' | 'output'>
}

/** Fixes the types of a declaration; the object is its own description. */
export function defineOperation<Args extends unknown[], Query extends object, Result>(
  operation: Operation<Args, Query, Result>,
): Operation<Args, Query, Result> {
  return operation
}

/** The call in the form in which it is sent: placeholders filled and encoded, query in declared order, absent values left out. */
export function describeRequest<Args extends unknown[], Query extends object, Result>(
  operation: Operation<Args, Query, Result>,
  args: Args,
  options: Query,
): RequestDescription {
  const { params = {}, body } = operation.input?.(...args) ?? {}
  const path = fill(operation.path, params)
  const query = operation.query ? Object.entries(operation.query(options)).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]) : []
  const description = {
    operation: operation.operation,
    method: operation.method,
    path: query.length === 0 ? path : `${path}?${new URLSearchParams(query).toString()}`,
  }
  return body === undefined ? description : { ...description, body }
}

/** Paths of operations in pieces, cut up once: texts at even places, names of parameters at odd ones. */
const pieces = new Map<string, readonly string[]>()

function fill(path: string, params: Record<string, string | number>): string {
  let cut = pieces.get(path)
  if (!cut) pieces.set(path, cut = path.split(/\{(\w+)\}/))
  let filled = ''
  for (const [place, piece] of cut.entries()) filled += place % 2 === 0 ? piece : encodeURIComponent(requireParam(piece, params[piece]))
  return filled
}

function requireParam(name: string, value: string | number | undefined): string | number {
  if (value === undefined || value === '') throw new InputError(name, `${name} is missing`)
  return value
}

/** A positive integer, as every id of this API is. */
export function requireId(field: string, value: number): number {
  if (!Number.isSafeInteger(value) || value <= 0) throw new InputError(field, `${field} must be a positive integer`)
  return value
}

/** JSON without absent values: the panel reads a null as a value. */
export function definedFields(body: object): { [key: string]: JsonValue } {
  return JSON.parse(JSON.stringify(body)) as { [key: string]: JsonValue }
}
