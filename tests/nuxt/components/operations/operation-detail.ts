import type { Candidate, OperationDetail, OperationLook, OwnedServer } from '#shared/schemas/operations'
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
    refusal: null,
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
    retryRefusal: null,
    cancelRefusal: null,
    evidence: [],
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
    attention: lostAttention(candidates),
  })
}

export type Attention = NonNullable<OperationDetail['attention']>

export function lostAttention(candidates: Candidate[] = [], different: Partial<Attention> = {}): Attention {
  return {
    sentAt: '2026-11-23T17:00:00.000Z',
    ownerId: 12,
    recipientId: null,
    baseline: [70, 71],
    expected: { ownerId: 12, groupId: 3, memoryMb: 2048, storageGb: null, cpuCores: 2, bornAfter: '2026-11-23T17:00:00.000Z' },
    sent: [{
      logId: '01930000-0000-7000-8000-0000000000f1', at: '2026-11-23T17:00:00.000Z', method: 'POST', path: '/servers', requestBody: { packageId: 7, userId: 12 }, responseBody: null,
      httpStatus: null, outcome: 'unknown', effect: 'unknown', durationMs: 30_000, message: 'timeout', completedAt: '2026-11-23T17:00:30.000Z',
    }],
    looks: 14,
    askedAt: '2026-11-23T17:11:00.000Z',
    candidates,
    waitingBehind: {
      count: 2,
      orders: [{
        operationId: '01930000-0000-7000-8000-0000000000b1',
        server: { id: '01930000-0000-7000-8000-0000000000c1', reference: 'vps-behind', name: 'web-2' },
        customer: { id: '01930000-0000-7000-8000-0000000000d1', name: 'Bo Lund' },
        since: '2026-11-23T17:05:00.000Z',
      }],
    },
    ...different,
  }
}

export function owned(different: Partial<OwnedServer> = {}): OwnedServer {
  return { ...candidate(), isNew: true, boundTo: null, ...different }
}

/** A look that the panel answered. */
export function lookAt(servers: OwnedServer[], different: Partial<OperationLook> = {}): OperationLook {
  return { now: { readAt: '2026-11-23T17:20:00.000Z', servers }, expected: null, diagnosis: null, retryRefusal: null, ...different }
}
