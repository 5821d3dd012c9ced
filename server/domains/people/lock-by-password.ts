import type { Db } from '../../context.ts'

/**
 * Locks a person until the transaction ends, if the hash that a password was compared with is still theirs and they may sign in. False
 * otherwise: comparing waits in a line, and what was right when it began may have been changed meanwhile.
 */
export async function lockByPassword(tx: Db, userId: string, passwordHash: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`select id from users where id = ${userId}::uuid and password_hash = ${passwordHash} and disabled_at is null for update`
  return rows.length === 1
}
