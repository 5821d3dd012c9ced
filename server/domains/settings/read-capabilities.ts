import type { CapabilityList } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { listCapabilities } from './list-capabilities.ts'

/** What was learnt about the token so far, for screens that say which permission is missing. */
export async function readCapabilities({ db }: Call): Promise<CapabilityList> {
  const health = await db.panelHealth.findUnique({ where: { id: 'default' }, select: { capabilities: true } })
  return { items: listCapabilities(health?.capabilities), nextCursor: null }
}
