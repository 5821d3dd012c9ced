import type { Bind } from '../../../server/virtfusion/call.ts'
import type { Handler, WireAnswer, WireRequest } from '../../../server/virtfusion/chain/link.ts'
import { parseAnswer } from '../../../server/virtfusion/chain/parse.ts'
import { VirtFusionError } from '../../../server/virtfusion/errors.ts'
import { describeRequest, type Callable, type Operation } from '../../../server/virtfusion/operation.ts'
import type { CallOptions, JsonValue } from '../../../server/virtfusion/types.ts'

const ORIGIN = 'https://panel.example'
const TIMEOUT_MS = { read: 15_000, change: 30_000, create: 60_000, check: 30_000 }
/** Deadlines pass in virtual time, so no signal ever fires. */
const NEVER = new AbortController().signal

/** An answer that may have come through whole: then its value is known without reading its text. */
export interface WholeAnswer extends WireAnswer { value: object | undefined }
const valueOf = (answer: WireAnswer) => ('value' in answer ? (answer as WholeAnswer).value : undefined)

/** What was read of a whole answer in this life, by its value: the same answer, the same reading. A weak map would have the collector look at each. */
const readings = new Map<object, unknown>()

/** A life is over. */
export function forgetReadings(): void {
  readings.clear()
}

/**
 * The client's own calls without what they only do for people: nothing is recorded and masked, and an answer that was read before is
 * not read again. What an answer means is still the client's word.
 */
export function createFastBind(handle: Handler, now: () => number): Bind {
  return <Args extends unknown[], Query extends object, Result>(operation: Operation<Args, Query, Result>) => {
    const fixed = operation.input?.length ?? 0
    const describe = (given: unknown[]) => describeRequest(operation, given.slice(0, fixed) as Args, (given[fixed] ?? {}) as Query)
    const kind = operation.kind ?? (operation.method === 'GET' ? 'read' : 'change')

    const read = (request: WireRequest, answer: WireAnswer): Result => {
      const value = valueOf(answer)
      if (!value) return parseAnswer(operation, request, answer, ORIGIN)
      const known = readings.get(value)
      if (known !== undefined) return known as Result
      const result = parseAnswer(operation, request, answer, ORIGIN, { form: 'json', json: value as JsonValue })
      if (request.method !== 'GET') return result
      readings.set(value, result)
      return result
    }

    const call = async (...given: unknown[]): Promise<Result> => {
      const options = (given[fixed] ?? {}) as CallOptions
      const request: WireRequest = {
        ...describe(given), kind, lane: options.lane ?? 'work', acceptedStatuses: operation.acceptedStatuses ?? [], requestId: options.requestId ?? null,
        signal: NEVER, deadlineAt: now() + (options.timeoutMs ?? TIMEOUT_MS[kind]), retries: 0, trace: { attempts: 0, lastAnswer: null }, ...(options.mayStillSend ? { mayStillSend: options.mayStillSend } : {}),
      }
      const finish = (error: VirtFusionError | null) => options.onExchange?.({
        operation: request.operation, method: request.method, path: request.path, requestBody: null, status: request.trace.lastAnswer?.status ?? null, responseBody: null,
        durationMs: 0, panelDate: request.trace.lastAnswer?.date ?? null, attempts: request.trace.attempts, requestId: request.requestId, error,
      })
      try {
        const result = read(request, await handle(request))
        finish(null)
        return result
      }
      catch (error) {
        if (error instanceof VirtFusionError) finish(error)
        throw error
      }
    }
    return Object.assign(call, { request: (...given: unknown[]) => describe(given), definition: operation }) as Callable<Args, Query, Result>
  }
}
