import type { Services } from '../../context.ts'
import { notify } from '../../domains/notifications/notify.ts'
import { findBreaches, type Breach } from './find-breaches.ts'

/**
 * Berth looks at its own work as the simulation does, and tells the admins of what must never be: each operation once for each rule. It
 * changes nothing, for whatever is wrong then was not foreseen.
 */
export function createInvariantWatch(services: Services): { look(): Promise<void> } {
  const told = new Set<string>()
  return {
    async look() {
      for (const breach of await findBreaches(services.db)) {
        const key = `invariant_broken:${breach.rule}:${breach.operationId}`
        if (told.has(key)) continue
        await tell(services, breach, key)
        told.add(key)
      }
    },
  }
}

async function tell(services: Services, { rule, operationId, name, reference }: Breach, dedupeKey: string): Promise<void> {
  services.log.error({ rule, operationId, reference }, 'an operation broke a rule that Berth keeps')
  await services.db.$transaction((tx) => notify(tx, services, {
    to: 'admins', level: 'error', code: 'invariant_broken', params: { rule, serverName: name, reference }, link: `/admin/operations/${operationId}`, dedupeKey,
  }))
}
