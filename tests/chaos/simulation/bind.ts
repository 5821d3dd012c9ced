import type { Bind } from '../../../server/virtfusion/call.ts'
import { DeadlineError, type Handler, type WireRequest } from '../../../server/virtfusion/chain/link.ts'
import { parseAnswer } from '../../../server/virtfusion/chain/parse.ts'
import { VirtFusionError } from '../../../server/virtfusion/errors.ts'
import { describeRequest, type Callable, type Operation } from '../../../server/virtfusion/operation.ts'
import type { CallOptions } from '../../../server/virtfusion/types.ts'

const ORIGIN = 'https://panel.example'
const TIMEOUT_MS = { read: 15_000, change: 30_000, create: 60_000, check: 30_000 }

/**
 * The client's own calls without what they only do for people: nothing is recorded and masked, and an answer that was read before is
 * not read again. What an answer means is still the client's word.
 */
export function createFastBind(handle: Handler): Bind {
  const parsed = new Map<string, unknown>()

  return <Args extends unknown[], Query extends object, Result>(operation: Operation<Args, Query, Result>) => {
    const fixed = operation.input?.length ?? 0
    const describe = (given: unknown[]) => describeRequest(operation, given.slice(0, fixed) as Args, (given[fixed] ?? {}) as Query)
    const kind = operation.kind ?? (operation.method === 'GET' ? 'read' : 'change')

    const call = async (...given: unknown[]): Promise<Result> => {
      const options = (given[fixed] ?? {}) as CallOptions
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort(new DeadlineError('too late')), options.timeoutMs ?? TIMEOUT_MS[kind])
      const request: WireRequest = {
        ...describe(given), kind, lane: options.lane ?? 'work', acceptedStatuses: operation.acceptedStatuses ?? [], requestId: options.requestId ?? null,
        signal: deadline.signal, deadlineAt: 0, retries: 0, trace: { attempts: 0, lastAnswer: null },
      }
      const finish = (error: VirtFusionError | null) => options.onExchange?.({
        operation: request.operation, method: request.method, path: request.path, requestBody: null, status: request.trace.lastAnswer?.status ?? null, responseBody: null,
        durationMs: 0, panelDate: request.trace.lastAnswer?.date ?? null, attempts: request.trace.attempts, requestId: request.requestId, error,
      })
      try {
        const answer = await handle(request)
        const key = `${request.operation} ${answer.status} ${answer.text}`
        if (!parsed.has(key)) parsed.set(key, parseAnswer(operation, request, answer, ORIGIN))
        finish(null)
        return parsed.get(key) as Result
      }
      catch (error) {
        if (error instanceof VirtFusionError) finish(error)
        throw error
      }
      finally {
        clearTimeout(timer)
      }
    }
    return Object.assign(call, { request: (...given: unknown[]) => describe(given), definition: operation }) as Callable<Args, Query, Result>
  }
}
