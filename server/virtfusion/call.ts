import { readBody, type AnswerBody } from './chain/answer-body.ts'
import { DeadlineError, type CallTrace, type Clock, type Handler, type WireRequest } from './chain/link.ts'
import { parseAnswer } from './chain/parse.ts'
import { VirtFusionError } from './errors.ts'
import { InputError, describeRequest, type Callable, type Operation } from './operation.ts'
import { recordableBody, redactJson } from './redact.ts'
import type { CallOptions, Exchange, OperationKind, RequestDescription, Timeouts } from './types.ts'

const READ_RETRIES = 3

export interface CallContext {
  handle: Handler
  clock: Clock
  origin: string
  timeouts: Timeouts
  /** Values that must stand in no record. */
  secrets: readonly string[]
}

/** Turns a declared operation into the function that callers use. */
export type Bind = <Args extends unknown[], Query extends object, Result>(
  operation: Operation<Args, Query, Result>,
) => Callable<Args, Query, Result>

export function createBind(context: CallContext): Bind {
  return <Args extends unknown[], Query extends object, Result>(operation: Operation<Args, Query, Result>) => {
    const fixed = operation.input?.length ?? 0
    const split = (given: unknown[]) => ({
      args: given.slice(0, fixed) as Args,
      options: (given[fixed] ?? {}) as Query & CallOptions,
    })
    const send = (...given: unknown[]): Promise<Result> => {
      const { args, options } = split(given)
      return call(context, operation, args, options)
    }
    const request = (...given: unknown[]): RequestDescription => {
      const { args, options } = split(given)
      return describe(operation, args, options)
    }
    return Object.assign(send, { request, definition: operation }) as Callable<Args, Query, Result>
  }
}

async function call<Args extends unknown[], Query extends object, Result>(
  context: CallContext,
  operation: Operation<Args, Query, Result>,
  args: Args,
  options: Query & CallOptions,
): Promise<Result> {
  // Nothing is sent and no exchange takes place when an argument can't be sent.
  const description = describe(operation, args, options)
  const kind = operation.kind ?? (operation.method === 'GET' ? 'read' : 'change')
  const trace: CallTrace = { attempts: 0, lastAnswer: null }
  const startedAt = context.clock.now()
  const timeoutMs = options.timeoutMs ?? timeoutOf(context.timeouts, kind)
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(new DeadlineError(`No answer within ${timeoutMs} ms`)), timeoutMs)
  const request: WireRequest = {
    ...description,
    kind,
    lane: options.lane ?? 'work',
    trace,
    acceptedStatuses: operation.acceptedStatuses ?? [],
    requestId: options.requestId ?? null,
    signal: options.signal ? AbortSignal.any([deadline.signal, options.signal]) : deadline.signal,
    deadlineAt: startedAt + timeoutMs,
    ...(operation.longestAnswer === undefined ? {} : { longestAnswer: operation.longestAnswer }),
    retries: options.retries ?? READ_RETRIES,
    ...(options.mayStillSend ? { mayStillSend: options.mayStillSend } : {}),
    ...(options.onSend ? { onSend: options.onSend } : {}),
  }

  let body: AnswerBody | undefined
  const finish = (error: VirtFusionError | null) => options.onExchange?.(
    describeExchange(request, context, { durationMs: context.clock.now() - startedAt, error, body }),
  )
  try {
    const answer = await context.handle(request)
    body = readBody(answer.text)
    const result = parseAnswer(operation, request, answer, context.origin, body)
    finish(null)
    return result
  }
  catch (error) {
    if (error instanceof VirtFusionError) finish(error)
    throw error
  }
  finally {
    clearTimeout(timer)
  }
}

function describe<Args extends unknown[], Query extends object, Result>(
  operation: Operation<Args, Query, Result>,
  args: Args,
  options: Query & CallOptions,
): RequestDescription {
  try {
    return describeRequest(operation, args, options)
  }
  catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new VirtFusionError({
      operation: operation.operation,
      method: operation.method,
      path: operation.path,
      kind: 'invalid-input',
      effect: 'none',
      isRetryable: false,
      fields: [error.field],
      requestId: options.requestId ?? null,
      detail: error.message,
    })
  }
}

/** `body`: the last answer's, where it was read already. */
function describeExchange(request: WireRequest, context: CallContext, { durationMs, error, body }: { durationMs: number, error: VirtFusionError | null, body: AnswerBody | undefined }): Exchange {
  const answer = request.trace.lastAnswer
  return {
    operation: request.operation,
    method: request.method,
    path: request.path,
    requestBody: request.body === undefined ? null : redactJson(request.body, context.secrets),
    status: answer?.status ?? error?.status ?? null,
    responseBody: answer === null ? null : recordableBody({ json: (body ?? readBody(answer.text)).json, text: answer.text }, context.secrets),
    durationMs,
    panelDate: answer?.date ?? null,
    attempts: request.trace.attempts,
    requestId: request.requestId,
    error,
  }
}

function timeoutOf(timeouts: Timeouts, kind: OperationKind): number {
  if (kind === 'read') return timeouts.readMs
  return kind === 'create' ? timeouts.createMs : timeouts.changeMs
}
