import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MIGRATION_LOCK } from '../../../server/db/schema-version.ts'
import { requireReady } from '../../../server/domains/health/require-ready.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { createSchemaWatch } from '../../../server/engine/watch-schema.ts'
import { openStage, type Stage } from './support.ts'

const NEWER = '29991231000000_from_a_newer_version'

/** A newer process that has begun its migration: it holds the lock, and has written the row. */
async function beginNewer({ services: { url, db } }: Stage) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  let ended: Promise<void> | undefined
  const end = () => ended ??= client.end()
  onTestFinished(end)
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
  await client.query('insert into "_prisma_migrations" (id, checksum, migration_name, started_at) values (\'n\', \'n\', $1, now())', [NEWER])
  return {
    async finish() {
      await client.query('update "_prisma_migrations" set finished_at = now(), applied_steps_count = 1 where id = \'n\'')
      await end()
    },
    /** Ends without a word: PostgreSQL takes back what it had done, and the row stays. */
    die: end,
    takeBack: () => db.$executeRaw`update "_prisma_migrations" set rolled_back_at = now() where id = 'n'`,
  }
}
const goBackByOne = ({ services: { db } }: Stage) => db.$executeRaw`delete from "_prisma_migrations" where migration_name = (select max(migration_name) from "_prisma_migrations")`

describe('a process on a database that was migrated by another version', () => {
  it('claims nothing from the moment on when the migration begins, keeps the work in line, and claims again once it fits', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    const { store } = engineOf(stage.services)
    const newer = await beginNewer(stage)
    const before = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    expect(await store.claim(operation.id)).toMatchObject({ type: 'later', at: expect.any(Date) })
    await newer.finish()
    expect(await store.claim(operation.id)).toMatchObject({ type: 'later' })
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toEqual(before)
    await newer.takeBack()
    expect(await store.claim(operation.id)).toMatchObject({ type: 'claimed' })
  })

  it('claims again and is ready again when the newer process dies within its migration, for the database is as it was', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    const newer = await beginNewer(stage)
    await expect(requireReady(stage.services)).rejects.toMatchObject({ code: 'not_ready' })
    await newer.die()
    await expect.poll(() => engineOf(stage.services).store.claim(operation.id)).toMatchObject({ type: 'claimed' })
    expect(await requireReady(stage.services)).toMatchObject({ migrations: true })
    expect(await createSchemaWatch(stage.services).fits()).toBe(true)
  })

  it('claims nothing either where the database is older than the process', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    await goBackByOne(stage)
    expect(await engineOf(stage.services).store.claim(operation.id)).toMatchObject({ type: 'later' })
    await expect(requireReady(stage.services)).rejects.toMatchObject({ code: 'not_ready', message: expect.stringContaining('Migrations are missing') })
  })

  it('is not ready, and says that the new version has to be started', async () => {
    const stage = await openStage()
    expect(await requireReady(stage.services)).toMatchObject({ migrations: true })
    await (await beginNewer(stage)).finish()
    await expect(requireReady(stage.services)).rejects.toMatchObject({ code: 'not_ready', message: expect.stringContaining('Start it again with that version') })
  })

  it('tells the admins once when it lasts, and nobody while a new version takes its place', async () => {
    const stage = await openStage()
    const told = () => stage.services.db.notification.findMany({ where: { code: 'schema_differs' }, select: { userId: true, params: true } })
    await beginNewer(stage)
    const watch = createSchemaWatch(stage.services)
    for (let look = 0; look < 11; look++) expect(await watch.fits()).toBe(false)
    expect(await told()).toEqual([])
    for (let look = 0; look < 20; look++) await watch.fits()
    expect(await told()).toEqual([{ userId: stage.admin.user.id, params: { fit: 'newer', built: stage.services.newestMigration, found: NEWER } }])
  })

  it('leaves what is in line alone with its worker running, and carries it out once it fits', async () => {
    const stage = await openStage()
    const newer = await beginNewer(stage)
    stage.startWorker()
    const { operation } = await stage.order()
    await expect.poll(() => stage.services.db.$queryRaw`select from pg_stat_activity where application_name = 'berth-jobs' and datname = current_database()`).toEqual([])
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'queued', claims: 0 })
    await newer.takeBack()
    await stage.until(operation.id, 'succeeded')
  })
})
