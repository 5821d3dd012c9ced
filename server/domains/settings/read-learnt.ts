import type { Capability } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { LearntSchema } from './list-capabilities.ts'
import { isTestOf } from './mark-test.ts'
import { readVirtfusionSettings } from './read-virtfusion-settings.ts'
import { readGroup } from './registry.ts'
import type { StoredConnectionTest } from './stored-connection-test.ts'

interface Learnt {
  /** Operation -> state, of the token in force. */
  states: Record<string, Capability['state']>
  test: (StoredConnectionTest & { isInForce: boolean }) | null
}

/** What is known of the token in force: by its calls, else by the last test of the connection, also when that was made before the connection was saved. */
export async function readLearnt(call: Call): Promise<Learnt> {
  const [connection, { value: { test } }, health] = await Promise.all([
    readVirtfusionSettings(call),
    readGroup(call.db, 'virtfusion.last-test'),
    call.db.panelHealth.findUnique({ where: { id: 'default' }, select: { capabilities: true } }),
  ])
  const isInForce = test !== null && isTestOf(test, connection)
  const byTest = isInForce ? test.capabilities.filter(({ state }) => state !== 'unknown') : []
  return {
    states: { ...Object.fromEntries(byTest.map(({ operation, state }) => [operation, state])), ...LearntSchema.parse(health?.capabilities ?? {}) },
    test: test && { ...test, isInForce },
  }
}
