import { isTaken } from '../../db/database-errors.ts'
import { conflict, invalidField } from '../../errors.ts'

/** Two plans can't share a name: orders and screens name the plan. Anything else is passed on. */
export function refuseTakenName(error: unknown): never {
  if (isTaken(error)) throw invalidField('name', 'Another plan has this name.')
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
