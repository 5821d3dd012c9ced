import { randomUUID } from 'node:crypto'
import { notify } from '../../../server/domains/notifications/notify.ts'
import type { Client, TestHttp } from './http.ts'
import type { TestServices } from './services.ts'

/** A customer with one of everything that belongs to somebody. */
export interface Tenant {
  client: Client
  ids: { person: string, session: string, server: string, operation: string, log: string, notification: string }
  /** Words that stand in this customer's data and nowhere else. */
  canaries: string[]
  /** Words that stand in what staff know about it. */
  staffOnly: string[]
  /** All rows of the customer in one text: equal means that nothing was changed. */
  fingerprint(): Promise<string>
}

let serial = 100

export async function seedTenant(services: TestServices, http: TestHttp, name: string): Promise<Tenant> {
  const { db } = services
  const n = serial++
  const mark = `${name}-${randomUUID().slice(0, 8)}`
  const client = await http.person('customer', `${mark} person`)
  const person = client.userId ?? ''
  const session = await db.session.findFirstOrThrow({ where: { userId: person } })
  const plan = await db.plan.create({ data: { name: `${mark} plan`, features: { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1 } } })
  const server = await db.server.create({
    data: {
      reference: `vps-${mark}`.toLowerCase(), customerId: person, planId: plan.id, name: `${mark} server`, hostname: `${mark}.example.com`.toLowerCase(), lifecycle: 'active', power: 'running',
      virtfusionServerId: 880_000 + n, virtfusionUuid: `uuid-${mark}`, virtfusionOwnerId: 990_000 + n, observedAt: new Date(), ipv4: [`203.0.113.${n}`], ipv6: [`2001:db8:${n}::2`],
    },
  })
  const staff = await db.user.create({ data: { email: `${mark}-staff@example.com`.toLowerCase(), name: `staff of ${mark}`, role: 'admin' } })
  const operation = await db.operation.create({
    data: {
      serverId: server.id, kind: 'suspend', state: 'failed', step: 'send', actorKind: 'person', actorId: staff.id, finishedAt: new Date(),
      diagnosis: { code: 'unauthorized', params: { detail: `staff ${mark}` }, setting: 'VIRTFUSION_API_TOKEN' }, input: { reason: `reason ${mark}` },
    },
  })
  const log = await db.provisioningLog.create({
    data: { serverId: server.id, operationId: operation.id, action: 'servers.suspend', method: 'POST', path: `/servers/${880_000 + n}/suspend`, message: `answer ${mark}`, requestId: `request-${mark}` },
  })
  await notify(db, services, { to: { userId: person }, level: 'info', code: 'server_ready', params: { serverName: `${mark} server`, reference: server.reference } })
  const notification = await db.notification.findFirstOrThrow({ where: { userId: person } })

  return {
    client,
    ids: { person, session: session.id, server: server.id, operation: operation.id, log: log.id, notification: notification.id },
    canaries: [server.name, server.reference, `${mark}.example.com`.toLowerCase(), `203.0.113.${n}`, `2001:db8:${n}::2`, `${mark} person`, server.id, notification.id],
    staffOnly: [String(880_000 + n), String(990_000 + n), `uuid-${mark}`, staff.id, staff.name, 'unauthorized', 'VIRTFUSION_API_TOKEN', `staff ${mark}`, `answer ${mark}`, `request-${mark}`],
    async fingerprint() {
      const rows = await Promise.all([
        db.user.findUnique({ where: { id: person } }), db.server.findUnique({ where: { id: server.id } }), db.operation.findMany({ where: { serverId: server.id } }),
        db.notification.findMany({ where: { userId: person } }), db.session.findMany({ where: { userId: person }, select: { id: true } }),
      ])
      return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
    },
  }
}
