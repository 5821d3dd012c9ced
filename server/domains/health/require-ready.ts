import type { ReadinessChecks } from '#shared/schemas/health.ts'
import type { Services } from '../../context.ts'
import { STANDING_MIGRATIONS, judgeSchema, readNewestMigration, type SchemaFit } from '../../db/schema-version.ts'
import { AppError } from '../../errors.ts'
import { describeUnready } from '../../messages/en/readiness.ts'

/**
 * What has to work before people are let in. Never asks the panel: a dead panel must not take Berth out of service.
 * @throws AppError not_ready, which names what does not work
 */
export async function requireReady(services: Services): Promise<ReadinessChecks> {
  const isStopping = services.stopping.aborted
  const [database, areFinished, queue, schema] = await Promise.all([
    ask(services, 'select true as ok'),
    ask(services, `select count(*) > 0 and count(*) filter (where finished_at is null) = 0 as ok from ${STANDING_MIGRATIONS}`),
    ask(services, 'select to_regclass(\'graphile_worker._private_jobs\') is not null as ok'),
    // Without an answer the checks before say why.
    readNewestMigration(services.database.pool).then((found) => judgeSchema(services.newestMigration, found), (): SchemaFit => 'fits'),
  ])
  const checks = { database: database && !isStopping, migrations: areFinished && schema === 'fits', queue }
  if (Object.values(checks).includes(false)) throw new AppError('not_ready', describeUnready(checks, { isStopping, isOutdated: schema === 'newer' }), { checks, retryAfterSeconds: 5 })
  return checks
}

async function ask({ database, log }: Services, sql: string): Promise<boolean> {
  try {
    return (await database.pool.query<{ ok: boolean }>(sql)).rows[0]?.ok === true
  }
  catch (error) {
    log.warn({ err: error }, 'not ready')
    return false
  }
}
