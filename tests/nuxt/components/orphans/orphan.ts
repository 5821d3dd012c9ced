import type { AdoptPreviewRow, Orphan } from '#shared/schemas/orphans.ts'

export const CUSTOMER = { id: '019a0000-0000-7000-8000-0000000000c1', name: 'Ada', email: 'ada@example.com' }
export const PLAN = { id: '019a0000-0000-7000-8000-0000000000b1', name: 'Small' }

/** A server of nobody; what a test is about is given. */
export function orphan(given: Partial<Orphan> = {}): Orphan {
  return {
    id: '019a0000-0000-7000-8000-0000000000e1', virtfusionServerId: 101, virtfusionUuid: '11111111-2222-4333-8444-555555555555', virtfusionOwnerId: 7, name: 'old-1', state: 'open',
    isSuspended: false, isProtected: false, isBuilt: true, madeAt: '2025-01-01T00:00:00.000Z', operation: null, suggestedCustomer: null, server: null, deletion: null,
    reason: null, decidedBy: null, decidedAt: null, firstSeenAt: '2026-11-20T08:00:00.000Z', lastSeenAt: '2026-11-20T08:05:00.000Z', ...given,
  }
}

export function previewRow(line: number, given: Partial<AdoptPreviewRow> = {}): AdoptPreviewRow {
  return {
    line, virtfusionServerId: 100 + line, virtfusionUuid: null, error: null, notes: [],
    adopt: { orphanId: `019a0000-0000-7000-8000-${String(line).padStart(12, '0')}`, name: `old-${line}`, customer: CUSTOMER, plan: PLAN }, ...given,
  }
}
