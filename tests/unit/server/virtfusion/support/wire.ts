import type { Clock, WireAnswer, WireRequest } from '../../../../../server/virtfusion/chain/link.ts'

export function wireRequest(over: Partial<WireRequest> = {}): WireRequest {
  return {
    operation: 'servers.get',
    method: 'GET',
    path: '/servers/7',
    kind: 'read',
    lane: 'work',
    acceptedStatuses: [],
    requestId: 'req-1',
    signal: new AbortController().signal,
    deadlineAt: 15_000,
    retries: 3,
    trace: { attempts: 0, lastAnswer: null },
    ...over,
  }
}

export function changeRequest(over: Partial<WireRequest> = {}): WireRequest {
  return wireRequest({ operation: 'servers.suspend', method: 'POST', path: '/servers/7/suspend', kind: 'change', ...over })
}

export function wireAnswer(status: number, body: unknown = '', over: Partial<WireAnswer> = {}): WireAnswer {
  return {
    status,
    text: typeof body === 'string' ? body : JSON.stringify(body),
    contentType: null,
    location: null,
    retryAfter: null,
    date: null,
    ...over,
  }
}

/** A clock that starts at 0 and only moves when somebody sleeps. */
export function stoppedClock(): Clock & { time: number, slept: number[] } {
  const clock = {
    time: 0,
    slept: [] as number[],
    now: () => clock.time,
    sleep: (ms: number) => {
      clock.slept.push(ms)
      clock.time += ms
      return Promise.resolve()
    },
    random: () => 0.5,
  }
  return clock
}
