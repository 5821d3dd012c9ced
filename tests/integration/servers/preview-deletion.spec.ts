import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeletionPreviewSchema } from '#shared/schemas/servers.ts'
import { previewDeletion } from '../../../server/domains/servers/preview-deletion.ts'
import { createVirtFusionClient } from '../../../server/virtfusion/client.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from './stock.ts'

const DAYS = 86_400_000

let simulator: Simulator
let full: TestServices
let restricted: TestServices
let alone: TestServices
beforeAll(async () => {
  simulator = await startSimulator({ speed: 1000 })
  const env = { VIRTFUSION_API_URL: simulator.url }
  full = await createTestServices({ ...env, VIRTFUSION_API_TOKEN: simulator.token })
  restricted = await createTestServices({ ...env, VIRTFUSION_API_TOKEN: 'sim-token-restricted' })
  alone = await createTestServices()
})
afterAll(async () => {
  await Promise.all([full, restricted, alone].map((services) => services.close()))
  await simulator.close()
})

/** A server of the panel's with a backup plan, made three days ago. */
async function remoteServer() {
  const response = await fetch(`${simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userId: 2 }) })
  const { id, uuid } = await response.json() as { id: number, uuid: string }
  const client = createVirtFusionClient({ baseUrl: simulator.url, token: simulator.token })
  await client.servers.changeBackupPlan(id, 1)
  await client.close()
  return { virtfusionServerId: id, virtfusionUuid: uuid }
}

async function preview(services: TestServices, fields: Partial<Prisma.ServerUncheckedCreateInput>) {
  const stock = stockOf(services)
  const server = await stock.server(await stock.customer(), await stock.plan(), { ipv4: ['192.0.2.7', '192.0.2.8'], ipv6: ['2001:db8::/64'], storageGb: 80, ...fields })
  const call = callAs(services, await stock.admin())
  return { server, call, answer: DeletionPreviewSchema.parse(await previewDeletion(call, server.id)) }
}

describe('previewDeletion', () => {
  it('lists addresses, disk and each backup that the panel keeps, and leaves the row of its call', async () => {
    const remote = await remoteServer()
    await simulator.control.clock.advance(3 * DAYS)
    const { answer, server } = await preview(full, { ...remote, observation: { protected: true } })
    expect(answer).toMatchObject({ ipv4: ['192.0.2.7', '192.0.2.8'], ipv6: ['2001:db8::/64'], storageGb: 80, isProtectedAtPanel: true, backups: { known: true } })
    expect(answer.backups.known && answer.backups.items.length).toBeGreaterThanOrEqual(3)
    expect(answer.backups.known && answer.backups.items[0]).toMatchObject({ isComplete: true, storage: 'Backup store', createdAt: expect.any(String) })
    expect(await full.db.provisioningLog.findMany({ where: { serverId: server.id } })).toMatchObject([{ action: 'backups.listByServer', method: 'GET', outcome: 'ok' }])
  })

  it('says that backups are unknown, and why, where the token may not read them; the work of others goes on', async () => {
    const { answer } = await preview(restricted, await remoteServer())
    expect(answer).toMatchObject({ ipv4: ['192.0.2.7', '192.0.2.8'], backups: { known: false, reason: 'The API token may not read backups.' }, isProtectedAtPanel: null })
    expect(await restricted.db.panelHealth.findFirst({ where: { pausedAt: { not: null } } })).toBeNull()
  })

  it('says that they are unknown while the panel is in trouble, never that there are none', async () => {
    const remote = await remoteServer()
    simulator.control.faults.add({ times: 1, operation: 'GET /backups/server/{id}', kind: 'status', status: 500 })
    expect((await preview(full, remote)).answer.backups).toEqual({ known: false, reason: 'The panel did not answer just now.' })
  })

  it('says that they are unknown where no panel is connected', async () => {
    expect((await preview(alone, {})).answer.backups).toEqual({ known: false, reason: 'No panel is connected.' })
  })

  it('knows that an order without a server has none, and asks nobody', async () => {
    const { answer, server } = await preview(full, { virtfusionServerId: null, virtfusionUuid: null, ipv4: [], ipv6: [], lifecycle: 'failed' })
    expect(answer).toMatchObject({ ipv4: [], backups: { known: true, items: [] } })
    expect(await full.db.provisioningLog.count({ where: { serverId: server.id } })).toBe(0)
  })
})
