import { describe, expect, it } from 'vitest'
import { CALL_NAMES, formatDuration } from '../../../utils/log-words'
import { createVirtFusionClient } from '../../../server/virtfusion/client.ts'

/** The names of all calls that the client can make. */
function clientCalls(): string[] {
  const client = createVirtFusionClient({ baseUrl: 'https://panel.example.com', token: 'none' })
  const names = (value: unknown): string[] => {
    if (typeof value === 'function') return 'definition' in value ? names(value.definition) : []
    if (typeof value !== 'object' || value === null) return []
    return 'operation' in value && typeof value.operation === 'string' ? [value.operation] : Object.values(value).flatMap(names)
  }
  return [client.servers, client.users, client.queue].flatMap(names)
}

describe('CALL_NAMES', () => {
  it('are calls that the client makes, by the names that the log has', () => {
    expect(CALL_NAMES.filter((name) => !clientCalls().includes(name))).toEqual([])
  })
})

describe('formatDuration', () => {
  it.each([[null, 'Unknown'], [0, '0 ms'], [999, '999 ms'], [1000, '1.0 s'], [61_250, '61.3 s']])('reads %s as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })
})
