import type { CapabilityList } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { listCapabilities } from './list-capabilities.ts'
import { readLearnt } from './read-learnt.ts'

/** What was learnt about the token so far, for screens that say which permission is missing. */
export async function readCapabilities(call: Call): Promise<CapabilityList> {
  const { states } = await readLearnt(call)
  return { items: listCapabilities(states), nextCursor: null }
}
