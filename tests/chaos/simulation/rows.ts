import { OPERATION_STEPS, SCHEDULED_STEP, type OperationKind } from '#shared/lifecycle/operations.ts'
import type { Operation, Prisma } from '../../../server/generated/prisma/client.ts'
import type { Order } from '../../../server/engine/create/order.ts'
import type { Subject } from '../../../server/engine/run.ts'

export interface Customer { id: string, name: string, email: string, virtfusionUserId: number | null, virtfusionExtRelationId: number, disabledAt: Date | null }

/** A server row as an order leaves it. */
export function newServer({ id, number, customer, order, at }: { id: string, number: number, customer: Customer, order: Order, at: Date }): Subject {
  return {
    id, reference: `vps-${number}`, customerId: customer.id, customer, planId: id, name: `server ${number}`, hostname: null, lifecycle: 'provisioning', isSample: false,
    suspendedAt: null, suspensionReason: null, suspendedById: null, desiredSuspended: false, power: 'unknown', powerObservedAt: null,
    virtfusionServerId: null, virtfusionUuid: null, virtfusionOwnerId: null, observation: null, observedAt: null, vanishedAt: null,
    ipv4: [], ipv6: [], memoryMb: null, storageGb: null, trafficGb: null, cpuCores: null, operatingSystemId: order.operatingSystemId, operatingSystemName: null, overrides: {}, isProtected: false,
    deletionRequestedAt: null, deletionDueAt: null, deletedAt: null, version: 1, createdAt: at, updatedAt: at,
  }
}

/** An operation row as asking for it leaves it. Its request id is its own id, so that the panel's ledger names it. */
export function newOperation({ id, serverId, kind, at, memory = {}, input = {}, dueAt }: { id: string, serverId: string, kind: OperationKind, at: Date, memory?: Prisma.JsonObject, input?: Prisma.JsonObject, dueAt?: Date }): Operation {
  const step = dueAt ? SCHEDULED_STEP : OPERATION_STEPS[kind].find((name) => name !== SCHEDULED_STEP) ?? ''
  return {
    id, serverId, kind, state: dueAt ? 'waiting' : 'queued', step, input, memory, result: null, attempt: 0, maxAttempts: 8, progress: 0, nextAttemptAt: dueAt ?? null, diagnosis: null,
    actorKind: 'person', actorId: null, cause: 'asked', idempotencyKey: null, requestId: id, ownerLock: null, leaseToken: 0n, leaseExpiresAt: null, claims: 0,
    harmHeldAt: null, harmApprovedAt: null, harmApprovedById: null, eventHash: null, version: 1, createdAt: at, startedAt: null, finishedAt: null, updatedAt: at,
  }
}

/** What an operation about a suspension keeps of the wish before it. */
export const wishBefore = ({ desiredSuspended }: Subject, kind: OperationKind): Prisma.JsonObject => (kind === 'suspend' || kind === 'unsuspend' ? { wishedBefore: desiredSuspended } : {})

/** The id of the suspension that follows an order whose customer was switched off. */
export const suspensionOf = (orderId: string) => `${orderId.slice(0, -4)}5e5e`
