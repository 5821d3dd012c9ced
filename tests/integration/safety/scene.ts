import type { HarmKind } from '#shared/lifecycle/harm.ts'
import type { Call } from '../../../server/context.ts'
import { HELD_CODE } from '../../../server/engine/harm/held-operations.ts'
import { spendHarm } from '../../../server/engine/harm/harm-store.ts'
import type { Operation, Prisma } from '../../../server/generated/prisma/client.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from '../servers/stock.ts'

export interface Scene {
  services: TestServices
  admin: Call
  /** Servers with an operation each that stands right before its call. */
  operations(count: number, kind?: HarmKind, fields?: Partial<Prisma.OperationUncheckedCreateInput>): Promise<Operation[]>
  spend(operation: Operation): Promise<'pass' | 'hold'>
  /** Asks for a place, and waits where there is none, as the engine's gate has it. */
  gate(...operations: Operation[]): Promise<('pass' | 'hold')[]>
  setLimits(harmPerHour: number, harmPercentPerHour?: number): Promise<void>
  /** What was counted lies further back in the past. */
  age(minutes: number): Promise<void>
  openAlarm(): Promise<string>
}

export async function openScene(): Promise<Scene> {
  const services = await createTestServices()
  const { db } = services
  const stock = stockOf(services)
  const [customer, plan, person] = [await stock.customer(), await stock.plan(), await stock.admin()]

  const scene: Scene = {
    services,
    admin: callAs(services, person),
    async operations(count, kind = 'delete', fields = {}) {
      const made: Operation[] = []
      for (let n = 0; n < count; n++) {
        const server = await stock.server(customer, plan, { name: `web-${n}`, ...(kind === 'suspend' ? { desiredSuspended: true } : {}) })
        made.push(await stock.operation(server, { kind, state: 'running', step: 'send', ...fields }))
      }
      return made
    },
    spend: ({ id, serverId, kind }) => spendHarm(services, { operationId: id, serverId, kind }),
    async gate(...operations) {
      const answers: ('pass' | 'hold')[] = []
      for (const operation of operations) {
        const answer = await scene.spend(operation)
        answers.push(answer)
        if (answer === 'hold') await db.operation.update({ where: { id: operation.id }, data: { state: 'waiting', diagnosis: { code: HELD_CODE, params: {} }, nextAttemptAt: new Date(Date.now() + 60_000) } })
      }
      return answers
    },
    async setLimits(harmPerHour, harmPercentPerHour = 0) {
      const value = { harmPerHour, harmPercentPerHour }
      await db.setting.upsert({ where: { group: 'safety' }, create: { group: 'safety', value }, update: { value, version: { increment: 1 } } })
    },
    age: async (minutes) => { await db.$executeRaw`update harm_events set created_at = created_at - make_interval(mins => ${minutes})` },
    openAlarm: async () => (await db.harmAlarm.findFirstOrThrow({ where: { decidedAt: null } })).id,
  }
  return scene
}
