import type { Accepted, AdminServer } from '#shared/schemas/servers'
import type { Operation } from '#shared/schemas/operations'

export const serverId = '01930000-0000-7000-8000-000000000001'
export const operationId = '01930000-0000-7000-8000-0000000000a1'

/** A running server that nothing is wrong with, but for what the test says. */
export function adminServer(different: Partial<AdminServer> = {}): AdminServer {
  return {
    id: serverId,
    reference: 'vps-7k3m9',
    name: 'web-1',
    hostname: 'web-1.example.com',
    lifecycle: 'active',
    power: 'running',
    lastPower: { power: 'running', at: '2026-11-23T17:00:00.000Z' },
    freshness: 'live',
    observedAt: '2026-11-23T17:00:00.000Z',
    ipv4: ['192.0.2.10'],
    ipv6: [],
    resources: { memoryMb: 2048, storageGb: 40, trafficGb: 0, cpuCores: 2 },
    operatingSystem: { id: 5, name: 'Debian 13' },
    deletion: null,
    createdAt: '2026-11-01T08:00:00.000Z',
    suspension: null,
    isSample: false,
    isProtected: false,
    vanishedAt: null,
    plan: { id: '01930000-0000-7000-8000-000000000002', name: 'Small' },
    customer: { id: '01930000-0000-7000-8000-000000000003', name: 'Anna Berg', email: 'anna@example.com' },
    virtfusionServerId: 77,
    virtfusionUuid: '5a5f5c1e-0000-4000-8000-000000000077',
    virtfusionOwnerId: 12,
    operation: null,
    ...different,
  }
}

/** An operation under way, but for what the test says. */
export function operation(different: Partial<Operation> = {}): Operation {
  return {
    id: operationId,
    kind: 'suspend',
    state: 'running',
    step: 'send',
    attempt: 1,
    maxAttempts: 5,
    progress: 40,
    nextAttemptAt: null,
    diagnosis: null,
    serverId,
    actor: { kind: 'person', id: null, name: 'Mara Admin' },
    createdAt: '2026-11-23T17:00:00.000Z',
    finishedAt: null,
    ...different,
  }
}

export function accepted(kind: Operation['kind']): Accepted {
  return { operation: operation({ kind, state: 'queued' }), server: adminServer() }
}
