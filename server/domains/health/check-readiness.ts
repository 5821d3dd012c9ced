import type { Services } from '../../context.ts'

/** What has to work before people are let in. Never asks the panel: a dead panel must not take Berth out of service. */
export async function checkReadiness(services: Services): Promise<{ database: boolean, migrations: boolean, queue: boolean }> {
  const ask = async (sql: string) => {
    try {
      return (await services.database.pool.query<{ ok: boolean }>(sql)).rows[0]?.ok === true
    }
    catch (error) {
      services.log.warn({ err: error }, 'not ready')
      return false
    }
  }
  const [database, migrations, queue] = await Promise.all([
    ask('select true as ok'),
    ask('select count(*) > 0 and count(*) filter (where finished_at is null) = 0 as ok from "_prisma_migrations" where rolled_back_at is null'),
    ask('select to_regclass(\'graphile_worker._private_jobs\') is not null as ok'),
  ])
  return { database: database && !services.stopping.aborted, migrations, queue }
}
