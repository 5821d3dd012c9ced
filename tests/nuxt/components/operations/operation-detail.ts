import type { Candidate, OperationDetail } from '#shared/schemas/operations'
import { operation } from '../servers/admin-server'

export function candidate(different: Partial<Candidate> = {}): Candidate {
  return {
    virtfusionServerId: 91,
    virtfusionUuid: '5a5f5c1e-0000-4000-8000-000000000091',
    name: 'web-1',
    createdAt: '2026-11-23T17:00:04.000Z',
    memoryMb: 2048,
    storageGb: 40,
    cpuCores: 2,
    ipv4: ['192.0.2.91'],
    differences: [],
    canAdopt: true,
    ...different,
  }
}

export function operationDetail(different: Partial<OperationDetail> = {}): OperationDetail {
  const base = operation()
  return {
    ...base,
    server: { id: base.serverId, reference: 'vps-7k3m9', name: 'web-1', customer: { id: base.serverId, name: 'Anna Berg' } },
    steps: [
      { name: 'check', label: 'Look first', status: 'done' },
      { name: 'send', label: 'Ask the panel', status: 'current' },
      { name: 'verify', label: 'Read back', status: 'pending' },
    ],
    events: [],
    canRetry: false,
    canCancel: false,
    canResolve: false,
    attention: null,
    ...different,
  }
}

/** A create whose effect nobody knows. */
export function lostCreate(candidates: Candidate[]): OperationDetail {
  return operationDetail({
    kind: 'create',
    state: 'needs_attention',
    canResolve: true,
    diagnosis: {
      code: 'effect_unknown', title: 'It is not known whether the server was made',
      cause: 'The connection ended before the panel answered.', fix: 'Compare the servers below with the order and decide.',
    },
    attention: { sentAt: '2026-11-23T17:00:00.000Z', ownerId: 12, baseline: [70, 71], candidates, waitingBehind: 2 },
  })
}
