import type { Db } from '../../context.ts'

/** The names of people by their ids; whoever is gone is missing. */
export async function findNames(db: Db, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const known = [...new Set(ids.filter((id) => id !== null))]
  if (known.length === 0) return new Map()
  const people = await db.user.findMany({ where: { id: { in: known } }, select: { id: true, name: true } })
  return new Map(people.map((person) => [person.id, person.name]))
}

/** One name; null for nobody, and for somebody who is gone. */
export async function findName(db: Db, id: string | null): Promise<string | null> {
  return id === null ? null : (await findNames(db, [id])).get(id) ?? null
}
