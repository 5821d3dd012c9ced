import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../../server/context.ts'
import { cancelDeletion } from '../../../server/domains/servers/cancel-deletion.ts'
import { deleteServer } from '../../../server/domains/servers/delete-server.ts'
import { rebuildServer } from '../../../server/domains/servers/rebuild-server.ts'
import { updateServer } from '../../../server/domains/servers/update-server.ts'
import type { Prisma, Server } from '../../../server/generated/prisma/client.ts'
import { UpdateAdminServerSchema } from '#shared/schemas/servers.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from './stock.ts'

let services: TestServices
let admin: Call
beforeAll(async () => {
  services = await createTestServices()
  admin = callAs(services, await stockOf(services).admin())
})
afterAll(() => services.close())

const request = ({ id }: Server) => ({ serverId: id, idempotencyKey: null })
const REFUSED = { reason: 'server_state_conflict', message: 'This server is protected. Take the protection off first.' }

async function serverOf(fields: Partial<Prisma.ServerUncheckedCreateInput> = {}): Promise<Server> {
  const stock = stockOf(services)
  return stock.server(await stock.customer(), await stock.plan(), fields)
}

describe('updateServer', () => {
  it('protects a server: it is neither deleted nor rebuilt, now or on a day, and nothing is asked for', async () => {
    const server = await serverOf()
    expect(await updateServer(admin, request(server), { isProtected: true })).toMatchObject({ isProtected: true, name: 'web' })
    await expect(deleteServer(admin, request(server), { delayMinutes: 0, confirm: 'web' })).rejects.toMatchObject(REFUSED)
    await expect(deleteServer(admin, request(server), { delayMinutes: 60, confirm: 'web' })).rejects.toMatchObject(REFUSED)
    await expect(rebuildServer(admin, request(server), { operatingSystemId: 1, confirm: 'web' })).rejects.toMatchObject(REFUSED)
    expect(await services.db.operation.count({ where: { serverId: server.id } })).toBe(0)
  })

  it('lets it be deleted again once the protection is off, and the audit log holds both', async () => {
    const server = await serverOf()
    await updateServer(admin, request(server), { isProtected: true })
    await updateServer(admin, request(server), { isProtected: true })
    await updateServer(admin, request(server), { isProtected: false })
    expect(await deleteServer(admin, request(server), { delayMinutes: 60, confirm: 'web' })).toMatchObject({ operation: { kind: 'delete' } })
    const lines = await services.db.auditEvent.findMany({ where: { entityId: server.id, action: { in: ['server.protected', 'server.unprotected'] } }, orderBy: { createdAt: 'asc' } })
    expect(lines).toMatchObject([{ action: 'server.protected', before: { isProtected: false }, after: { isProtected: true } }, { action: 'server.unprotected' }])
  })

  it('protects a server whose deletion is scheduled, which can still be called off', async () => {
    const server = await serverOf()
    await deleteServer(admin, request(server), { delayMinutes: 60, confirm: 'web' })
    expect(await updateServer(admin, request(server), { isProtected: true })).toMatchObject({ isProtected: true, deletion: expect.any(Object) })
    expect(await cancelDeletion(admin, { serverId: server.id, idempotencyKey: null })).toMatchObject({ server: { deletion: null, isProtected: true } })
  })

  it('changes neither name nor protection when the name is refused', async () => {
    const server = await serverOf({ lifecycle: 'provisioning' })
    await expect(updateServer(admin, request(server), { name: 'other', isProtected: true })).rejects.toMatchObject({ code: 'conflict' })
    expect(await services.db.server.findUniqueOrThrow({ where: { id: server.id } })).toMatchObject({ name: 'web', isProtected: false })
  })

  it('refuses a server that is deleted, and a request that says nothing', async () => {
    const server = await serverOf({ lifecycle: 'deleted' })
    await expect(updateServer(admin, request(server), { isProtected: true })).rejects.toMatchObject({ code: 'conflict' })
    expect(UpdateAdminServerSchema.safeParse({}).success).toBe(false)
  })
})
