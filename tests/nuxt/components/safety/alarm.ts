import type { HeldOperation, OpenAlarm } from '#shared/schemas/safety'

export const alarmId = '01930000-0000-7000-8000-0000000000c1'
export const idOf = (n: number) => `01930000-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`

/** The nth operation that is held. */
export function held(n: number, different: Partial<HeldOperation> = {}): HeldOperation {
  return {
    id: idOf(n),
    kind: 'delete',
    server: { id: idOf(n + 50), reference: `vps-${n}`, name: `web-${n}`, customer: { id: idOf(99), name: 'Anna Berg' } },
    actor: { kind: 'person', id: null, name: 'Mara Admin' },
    cause: 'Asked for',
    askedAt: '2026-11-23T17:00:00.000Z',
    alsoWaitsFor: null,
    ...different,
  }
}

export function openAlarm(different: Partial<OpenAlarm> = {}): OpenAlarm {
  const list = different.held ?? [held(1), held(2), held(3, { kind: 'suspend', cause: 'Suspended again', actor: { kind: 'system', id: null, name: 'Berth' } })]
  return { id: alarmId, createdAt: '2026-11-23T17:00:00.000Z', counted: 20, allowed: 20, fleet: 240, heldCount: list.length, ...different, held: list }
}
