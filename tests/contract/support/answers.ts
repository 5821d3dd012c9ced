import { parseAnswer } from '../../../server/virtfusion/chain/parse.ts'
import type { WireAnswer, WireRequest } from '../../../server/virtfusion/chain/link.ts'
import type { Declared } from './samples.ts'

const ORIGIN = 'https://cp.example.com'

/** Runs a body through what the client does with an answer. Throws what callers would get. */
export function parse(definition: Declared, text: string, status = 200): unknown {
  const isRead = definition.method === 'GET'
  const request: WireRequest = {
    operation: definition.operation,
    method: definition.method as WireRequest['method'],
    path: definition.path,
    kind: isRead ? 'read' : 'change',
    lane: 'work',
    acceptedStatuses: [],
    requestId: null,
    signal: new AbortController().signal,
    deadlineAt: 0,
    retries: 0,
    trace: { attempts: 1, lastAnswer: null },
  }
  const answer: WireAnswer = { status, text, contentType: null, location: null, retryAfter: null, date: null }
  return parseAnswer(definition, request, answer, ORIGIN)
}

export const textOf = (example: unknown) => (example === undefined ? '' : JSON.stringify(example))

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
