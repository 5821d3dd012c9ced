import type { CustomerOperation, CustomerServer } from '#shared/schemas/servers.ts'

/** A running server of a customer; what a test is about is given. */
export function customerServer(given: Partial<CustomerServer> = {}): CustomerServer {
  return {
    id: '019a0000-0000-7000-8000-0000000000aa',
    reference: 'vps-7k3m9',
    name: 'web-1',
    hostname: 'web-1.example.com',
    lifecycle: 'active',
    power: 'running',
    lastPower: { power: 'running', at: new Date().toISOString() },
    freshness: 'live',
    observedAt: new Date().toISOString(),
    ipv4: ['192.0.2.7'],
    ipv6: ['2001:db8::7'],
    resources: { memoryMb: 4096, storageGb: 80, trafficGb: 0, cpuCores: 2 },
    operatingSystem: { id: 3, name: 'Debian 13' },
    deletion: null,
    createdAt: '2026-10-01T08:00:00.000Z',
    suspension: null,
    isMissing: false,
    canSignInAtPanel: true,
    plan: { name: 'Small' },
    operation: null,
    ...given,
  }
}

/** A restart under way; what a test is about is given. */
export function customerOperation(given: Partial<CustomerOperation> = {}): CustomerOperation {
  return {
    id: '019a0000-0000-7000-8000-0000000000bb',
    serverId: '019a0000-0000-7000-8000-0000000000aa',
    kind: 'restart',
    state: 'running',
    step: 'send',
    attempt: 0,
    maxAttempts: 5,
    progress: 40,
    nextAttemptAt: null,
    diagnosis: null,
    actor: { kind: 'customer', name: 'Anna Berg' },
    createdAt: '2026-11-23T17:00:00.000Z',
    finishedAt: null,
    stepLabel: 'Your server is restarting.',
    steps: [
      { name: 'check', label: 'Look at your server', status: 'done' },
      { name: 'send', label: 'Carry it out', status: 'current' },
      { name: 'verify', label: 'Make sure that it worked', status: 'pending' },
    ],
    ...given,
  }
}
