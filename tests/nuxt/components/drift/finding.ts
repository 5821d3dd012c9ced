import type { DriftFinding } from '#shared/schemas/drift.ts'

/** A server whose memory somebody has doubled at the panel; what a test is about is given. */
export function driftFinding(given: Partial<DriftFinding> = {}): DriftFinding {
  return {
    id: '019a0000-0000-7000-8000-0000000000d1',
    server: {
      id: '019a0000-0000-7000-8000-0000000000aa', reference: 'vps-7k3m9', name: 'web-1',
      customer: { id: '019a0000-0000-7000-8000-0000000000c1', name: 'Ada' }, plan: { id: '019a0000-0000-7000-8000-0000000000b1', name: 'Small' },
    },
    field: 'memoryMb', planValue: 1024, ourValue: 1024, panelValue: 2048, state: 'open',
    firstSeenAt: '2026-11-20T08:00:00.000Z', lastSeenAt: '2026-11-20T08:05:00.000Z', reason: null, decidedBy: null, decidedAt: null, ...given,
  }
}
