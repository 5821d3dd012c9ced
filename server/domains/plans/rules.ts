import { conflict, invalidField } from '../../errors.ts'
import { Prisma } from '../../generated/prisma/client.ts'

const UNIQUE_VIOLATION = 'P2002'
const FOREIGN_KEY_VIOLATION = 'P2003'

/** Two plans can't share a name: orders and screens name the plan. Anything else is passed on. */
export function refuseTakenName(error: unknown): never {
  if (isDatabaseError(error, UNIQUE_VIOLATION)) throw invalidField('name', 'Another plan has this name.')
  throw error
}

export function planInUse(serverCount: number) {
  const servers = serverCount === 1 ? '1 server uses' : `${serverCount} servers use`
  return conflict(`${servers} this plan. Switch the plan off instead: nobody can order it then, and its servers keep running.`, 'plan_in_use')
}

/** Rows of deleted servers are kept, and they say which plan they had. */
export function planInHistory(serverCount: number) {
  const servers = serverCount === 1 ? '1 deleted server' : `${serverCount} deleted servers`
  return conflict(`The records of ${servers} name this plan, so it stays. Switch it off instead: nobody can order it then.`, 'plan_in_history')
}

export function isStillReferenced(error: unknown): boolean {
  return isDatabaseError(error, FOREIGN_KEY_VIOLATION)
}

function isDatabaseError(error: unknown, code: string): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === code
}
