import { randomUUID } from 'node:crypto'
import type { CurrentUser } from '../../../server/context.ts'
import type { Operation, Plan, Prisma, Server } from '../../../server/generated/prisma/client.ts'
import { newReference } from '../../../server/domains/servers/reference.ts'
import type { TestServices } from '../support/services.ts'

type Person = Omit<CurrentUser, 'sessionId'>

/** Rows to act on, made without the engine, so that every state can be had at once. */
export function stockOf({ db }: TestServices) {
  const person = async (role: 'admin' | 'customer', fields: Partial<Prisma.UserCreateInput> = {}): Promise<Person> => {
    const email = `${role}-${randomUUID().slice(0, 8)}@example.com`
    const { id, name } = await db.user.create({ data: { email, name: `${role} ${email.slice(-18, -12)}`, role, ...fields } })
    return { id, name, email, role }
  }
  return {
    admin: (fields?: Partial<Prisma.UserCreateInput>) => person('admin', fields),
    customer: (fields?: Partial<Prisma.UserCreateInput>) => person('customer', fields),
    plan: (fields: Partial<Prisma.PlanCreateInput> = {}): Promise<Plan> => db.plan.create({
      data: { name: `Plan ${randomUUID().slice(0, 8)}`, features: { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1 }, ...fields },
    }),
    /** An active server that the panel was asked about just now. */
    server: (customer: Person, plan: Plan, fields: Partial<Prisma.ServerUncheckedCreateInput> = {}): Promise<Server> => db.server.create({
      data: {
        reference: newReference(), name: 'web', customerId: customer.id, planId: plan.id, lifecycle: 'active', power: 'running',
        observedAt: new Date(), powerObservedAt: new Date(), virtfusionServerId: Math.floor(Math.random() * 1e9) + 1, virtfusionUuid: randomUUID(), ...fields,
      },
    }),
    operation: (server: Server, fields: Partial<Prisma.OperationUncheckedCreateInput> = {}): Promise<Operation> => db.operation.create({
      data: { serverId: server.id, kind: 'suspend', step: 'check', actorKind: 'system', ...fields },
    }),
  }
}
