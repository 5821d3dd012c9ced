import type { AdminServer, CustomerOperation, CustomerServer } from '#shared/schemas/servers.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import { explainToCustomer } from '../../messages/en/activities.ts'
import { serializeOperation } from '../operations/serialize-operation.ts'
import { stepForCustomer, stepLabelForCustomer, stepsForCustomer } from './step-label.ts'
import type { LoadedServer } from './load-servers.ts'
import { judgePanelLogin, type PanelAccount } from './panel-account.ts'

/** A server as an admin reads it, in the contract's form. */
export function serializeAdminServer(server: LoadedServer): AdminServer {
  const { suspendedById } = server
  return {
    ...serializeBase(server),
    suspension: server.suspension && {
      since: server.suspension.since.toISOString(),
      reason: server.suspension.reason,
      by: suspendedById ? { kind: 'person', id: suspendedById, name: server.names.get(suspendedById) ?? 'Somebody who is gone' } : null,
    },
    deletion: server.deletion && { ...serializeDeletion(server.deletion), heldBy: server.deletion.heldBy },
    isSample: server.isSample,
    isProtected: server.isProtected,
    vanishedAt: server.vanishedAt?.toISOString() ?? null,
    plan: server.plan,
    customer: server.customer,
    virtfusionServerId: server.virtfusionServerId,
    virtfusionUuid: server.virtfusionUuid,
    virtfusionOwnerId: server.virtfusionOwnerId,
    operation: server.operation && serializeOperation(server.operation, actorNameOf(server.operation, server.names)),
  }
}

/** A server as its customer reads it: nothing of the panel, nobody of the staff. `account` is the customer's. */
export function serializeCustomerServer(server: LoadedServer, account: PanelAccount): CustomerServer {
  return {
    ...serializeBase(server),
    suspension: server.suspension && { since: server.suspension.since.toISOString(), reason: server.suspension.reason },
    isMissing: server.vanishedAt !== null || server.isInDoubt,
    canSignInAtPanel: judgePanelLogin(server, account).allowed,
    plan: { name: server.plan.name },
    operation: server.operation && serializeCustomerOperation(server.operation, server.customer),
  }
}

/** An operation as the customer of its server reads it. */
export function serializeCustomerOperation(operation: Operation, customer: { id: string, name: string }): CustomerOperation {
  return {
    id: operation.id,
    kind: operation.kind,
    state: operation.state,
    step: stepForCustomer(operation),
    attempt: operation.attempt,
    maxAttempts: operation.maxAttempts,
    progress: operation.progress,
    nextAttemptAt: operation.nextAttemptAt?.toISOString() ?? null,
    diagnosis: explainToCustomer(operation),
    serverId: operation.serverId,
    actor: serializeCustomerActor(operation, customer),
    createdAt: operation.createdAt.toISOString(),
    finishedAt: operation.finishedAt?.toISOString() ?? null,
    stepLabel: stepLabelForCustomer(operation),
    steps: stepsForCustomer(operation),
  }
}

/** Whoever is not the customer is staff, and goes without a name. */
function serializeCustomerActor({ actorKind, actorId }: Operation, customer: { id: string, name: string }): CustomerOperation['actor'] {
  if (actorKind === 'system') return { kind: 'system', name: 'Berth' }
  return actorId === customer.id ? { kind: 'customer', name: customer.name } : { kind: 'staff', name: null }
}

/** The name of who asked: null where Berth itself did, or where the person is gone. */
export function actorNameOf(operation: Pick<Operation, 'actorId'>, names: ReadonlyMap<string, string>): string | null {
  return operation.actorId ? names.get(operation.actorId) ?? null : null
}

function serializeBase(server: LoadedServer) {
  const { operatingSystemId, operatingSystemName } = server
  return {
    id: server.id,
    reference: server.reference,
    name: server.name,
    hostname: server.hostname,
    lifecycle: server.lifecycle,
    power: server.power,
    lastPower: server.lastPower && { power: server.lastPower.power, at: server.lastPower.at.toISOString() },
    freshness: server.freshness,
    observedAt: server.observedAt?.toISOString() ?? null,
    ipv4: server.ipv4,
    ipv6: server.ipv6,
    resources: { memoryMb: server.memoryMb, storageGb: server.storageGb, trafficGb: server.trafficGb, cpuCores: server.cpuCores },
    operatingSystem: operatingSystemId === null && operatingSystemName === null ? null : { id: operatingSystemId, name: operatingSystemName },
    deletion: server.deletion && serializeDeletion(server.deletion),
    createdAt: server.createdAt.toISOString(),
  }
}

function serializeDeletion({ requestedAt, dueAt }: NonNullable<LoadedServer['deletion']>) {
  return { requestedAt: requestedAt.toISOString(), dueAt: dueAt.toISOString() }
}
