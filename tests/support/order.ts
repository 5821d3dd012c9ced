import { randomUUID } from 'node:crypto'
import type { Accepted, AdminServer } from '../../shared/schemas/servers.ts'
import type { CreatedCustomer } from '../../shared/schemas/customers.ts'
import type { Operation, OperationDetail } from '../../shared/schemas/operations.ts'
import type { Plan } from '../../shared/schemas/plans.ts'
import { until, type ApiClient } from './api-client.ts'

export const CUSTOMER_PASSWORD = 'a berth for customers'

/** Ids of the simulator's seed: package "VPS S", group "Amsterdam", the user "Shared resale", template "Debian 12". */
export const FEATURES = { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1, virtfusion_operating_system_id: 1 }

export interface Shop { admin: ApiClient, plan: Plan, customer: CreatedCustomer }

/** A plan and a customer, made through the API as an admin does. */
export async function openShop(admin: ApiClient, { features = {}, name = 'Shop' }: { features?: Record<string, unknown>, name?: string } = {}): Promise<Shop> {
  const plan = await admin.send<Plan>('POST', '/api/admin/plans', { name: `${name} plan`, features: { ...FEATURES, ...features } })
  const customer = await admin.send<CreatedCustomer>('POST', '/api/admin/customers', {
    name: `${name} customer`, email: `${name.toLowerCase().replaceAll(' ', '-')}@example.com`, password: CUSTOMER_PASSWORD,
  })
  return { admin, plan, customer }
}

export async function orderServer({ admin, plan, customer }: Shop, input: Record<string, unknown> = {}, key: string = randomUUID()): Promise<Accepted> {
  return admin.send<Accepted>('POST', '/api/admin/servers', { customerId: customer.id, planId: plan.id, ...input }, { 'idempotency-key': key })
}

const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'needs_attention'])

/** Waits until an operation is at an end, or stands in front of a person. */
export async function settled(admin: ApiClient, operationId: string, timeoutMs = 90_000): Promise<OperationDetail> {
  return until(() => admin.get<OperationDetail>(`/api/admin/operations/${operationId}`), (operation) => ENDED.has(operation.state), { timeoutMs, what: 'the end of the operation' })
}

export async function succeeded(admin: ApiClient, operation: Operation, timeoutMs?: number): Promise<AdminServer> {
  const end = await settled(admin, operation.id, timeoutMs)
  if (end.state !== 'succeeded') throw new Error(`The operation ended as ${end.state} at ${end.step}: ${JSON.stringify(end.diagnosis)}`)
  return admin.get<AdminServer>(`/api/admin/servers/${operation.serverId}`)
}
