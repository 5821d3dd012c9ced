import type { Random } from './random.ts'

export const FAULT_KINDS = [
  'latency', 'status', 'html', 'drop-before-effect', 'drop-after-effect', 'hang', 'truncate', 'drip',
  'wrong-length', 'late', 'duplicate', 'task-failure',
] as const
type FaultKind = typeof FAULT_KINDS[number]

export interface FaultRule {
  /** Method and path pattern, for example `POST /servers/{id}/suspend`; `*` stands for anything. With a query it is about calls with just that one. Absent: every call. */
  operation?: string
  /** Fires from this matching call on, counted from 1. */
  nth?: number
  /** Fires this many times at most. */
  times?: number
  /** Chance from 0 to 1 for each matching call, drawn from the seed. */
  probability?: number
  kind: FaultKind
  /** `latency` and `drip`: real ms. `late`: simulated ms. */
  ms?: number
  /** `status` and `html`: the status to answer. */
  status?: number
  /** `status`: JSON body, or a text that is sent as HTML. Absent: empty. `task-failure`: the failure's text. */
  body?: unknown
  headers?: Record<string, string>
  /** `status`, `html` and `hang`: whether the request takes effect first. */
  afterEffect?: boolean
}

export const FAULT_KEYS = ['operation', 'nth', 'times', 'probability', 'kind', 'ms', 'status', 'body', 'headers', 'afterEffect'] as const satisfies (keyof FaultRule)[]

export interface StoredFault extends FaultRule {
  id: number
  /** Matching calls so far. */
  seen: number
  fired: number
}

export interface Faults {
  add(rule: FaultRule): StoredFault
  list(): StoredFault[]
  remove(id: number): boolean
  clear(): void
  /** The rules that fire for one call; counts it for every rule that matches. `query` without its mark. */
  take(operation: string, path: string, query?: string): StoredFault[]
}

const escape = (text: string) => text.replace(/[.+?^$()|[\]\\]/g, '\\$&')

function matcher(pattern: string): RegExp {
  const source = escape(pattern.trim()).replace(/\{[^}]*\}/g, '[^/]+').replace(/\*/g, '.*')

  return new RegExp(`^${source}$`)
}

export function createFaults(random: Random): Faults {
  let rules: StoredFault[] = []
  let lastId = 0
  const matchers = new Map<number, RegExp>()

  function fires(rule: StoredFault) {
    if (rule.nth !== undefined && rule.seen < rule.nth) return false
    // A rule for the nth call is about that one call, unless it says how often.
    const most = rule.times ?? (rule.nth === undefined ? Infinity : 1)
    if (rule.fired >= most) return false

    return rule.probability === undefined || random.next() < rule.probability
  }

  return {
    add(rule) {
      const stored = { ...rule, id: lastId += 1, seen: 0, fired: 0 }
      rules.push(stored)
      if (rule.operation !== undefined) matchers.set(stored.id, matcher(rule.operation))

      return stored
    },
    list: () => rules,
    remove(id) {
      const before = rules.length
      rules = rules.filter(rule => rule.id !== id)

      return rules.length < before
    },
    clear() { rules = [] },
    take(operation, path, query = '') {
      if (rules.length === 0) return []

      const method = operation.slice(0, operation.indexOf(' '))
      const matching = rules.filter((rule) => {
        const pattern = matchers.get(rule.id)
        const asked = rule.operation?.includes('?') ? `?${query}` : ''

        return pattern === undefined || pattern.test(operation + asked) || pattern.test(`${method} ${path}${asked}`)
      })
      const firing: StoredFault[] = []
      for (const rule of matching) {
        rule.seen += 1
        if (!fires(rule)) continue
        rule.fired += 1
        firing.push(rule)
      }

      return firing
    },
  }
}
