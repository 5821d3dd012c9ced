import type { Db } from '../../context.ts'

/**
 * Holds a person's row until the transaction ends. Whoever changes what hangs on a person (links, sessions) takes this first: two that
 * take the rows in different orders would stop each other.
 */
export async function lockPerson(tx: Db, userId: string): Promise<void> {
  await tx.$queryRaw`select id from users where id = ${userId}::uuid for update`
}
