import type { Db } from '../../context.ts'
import type { Operation } from '../../generated/prisma/client.ts'

/** The names of who asked, by their ids; whoever is gone is missing. */
export async function findActorNames(db: Db, operations: readonly Pick<Operation, 'actorId'>[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(operations.flatMap(({ actorId }) => actorId ?? []))]
  if (ids.length === 0) return new Map()
  const people = await db.user.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } })
  return new Map(people.map(({ id, name }) => [id, name]))
}
