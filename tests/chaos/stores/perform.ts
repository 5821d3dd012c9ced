import { concluded } from '../../../server/engine/diagnosis.ts'
import type { Single } from './random-steps.ts'
import type { SqlDatabase } from './sql-database.ts'
import { nameOf, type Answer } from './verbs.ts'

/** The token is refused from now on. */
export const newPause = (at: number) => ({ at, lastFailureAt: at, diagnosis: { ...concluded('token_refused') } })

/** One step on PostgreSQL, at the moment `now`. */
export async function performOnSql(sql: SqlDatabase, step: Single, now: number): Promise<Answer> {
  try {
    return { value: await perform(sql, step, now) ?? null }
  }
  catch (error) {
    return { error: nameOf(error) }
  }
}

function perform(sql: SqlDatabase, step: Single, now: number): unknown {
  switch (step.type) {
    case 'time':
      sql.setTime(now + step.ms)
      return null
    case 'call': return (sql.store[step.call.verb] as (...args: unknown[]) => unknown)(...step.call.args)
    case 'server': return sql.insertServer(step.server)
    case 'patch-server': return sql.patchServer(step.id, step.patch)
    case 'ask': return sql.insertOperation(step.operation)
    case 'decide': return sql.change(step.seen, step.resolution)
    case 'safe-mode': return sql.setSafeMode(step.set)
    case 'pause': return sql.setPause(step.isOn ? newPause(now) : null)
    case 'safety': return sql.setSafety({ harmPerHour: step.harmPerHour, harmPercentPerHour: 0 })
    case 'confirm-harm': return sql.confirmHarm()
    case 'call-off-harm': return sql.callOffHarm()
    case 'forget-users': return sql.forgetPanelUsers(step.proven)
  }
}
