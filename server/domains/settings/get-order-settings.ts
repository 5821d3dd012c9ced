import type { OrderSettings } from '#shared/schemas/engine-settings.ts'
import type { Call } from '../../context.ts'
import { readGroup } from './registry.ts'

/** How orders are sent and what happens when one can't be found, with who changed it last. */
export async function getOrderSettings({ db }: Pick<Call, 'db'>): Promise<OrderSettings> {
  const { value, version, updatedAt, updatedById } = await readGroup(db, 'create')
  const person = updatedById === null ? null : await db.user.findUnique({ where: { id: updatedById }, select: { name: true } })
  return { ...value, version, updatedAt: updatedAt?.toISOString() ?? null, updatedBy: person?.name ?? null }
}
