import type { OrderSettings } from '#shared/schemas/engine-settings.ts'
import type { Call } from '../../context.ts'
import { findName } from '../people/find-names.ts'
import { readGroup } from './registry.ts'

/** How orders are sent and what happens when one can't be found, with who changed it last. */
export async function getOrderSettings({ db }: Pick<Call, 'db'>): Promise<OrderSettings> {
  const { value, version, updatedAt, updatedById } = await readGroup(db, 'create')
  return { ...value, version, updatedAt: updatedAt?.toISOString() ?? null, updatedBy: await findName(db, updatedById) }
}
