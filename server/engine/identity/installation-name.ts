import { randomUUID } from 'node:crypto'
import type { Services } from '../../context.ts'
import { ROW } from './known-identity.ts'

/**
 * The name that this installation gives what it makes for itself at the panel: the witness user, and the throw-away users of orders. Made
 * once; two installations on one panel never mistake each other's.
 */
export async function nameInstallation({ db, panel }: Pick<Services, 'db' | 'panel'>, origin?: string): Promise<string> {
  const known = await db.panelIdentity.findUnique({ where: { id: ROW }, select: { witnessRelation: true } })
  if (known?.witnessRelation) return known.witnessRelation
  await db.panelIdentity.createMany({ data: [{ id: ROW, origin: origin ?? (await panel.client())?.origin ?? '' }], skipDuplicates: true })
  await db.panelIdentity.updateMany({ where: { id: ROW, witnessRelation: null }, data: { witnessRelation: `berth-${randomUUID()}` } })
  const { witnessRelation } = await db.panelIdentity.findUniqueOrThrow({ where: { id: ROW }, select: { witnessRelation: true } })
  return witnessRelation ?? ''
}
