import { describe, expect, it } from 'vitest'
import { requireReady } from '../../../server/domains/health/require-ready.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import { createSchemaWatch } from '../../../server/engine/watch-schema.ts'
import { openStage, type Stage } from './support.ts'

const NEWER = '29991231000000_from_a_newer_version'

/** As a newer process writes it: first the row, then the migration, then that it is done. */
const beginNewer = ({ services: { db } }: Stage) => db.$executeRaw`insert into "_prisma_migrations" (id, checksum, migration_name, started_at) values ('n', 'n', ${NEWER}, now())`
const finishNewer = ({ services: { db } }: Stage) => db.$executeRaw`update "_prisma_migrations" set finished_at = now(), applied_steps_count = 1 where id = 'n'`
const takeBack = ({ services: { db } }: Stage) => db.$executeRaw`update "_prisma_migrations" set rolled_back_at = now() where id = 'n'`
const goBackByOne = ({ services: { db } }: Stage) => db.$executeRaw`delete from "_prisma_migrations" where migration_name = (select max(migration_name) from "_prisma_migrations")`

describe('a process on a database that was migrated by another version', () => {
  it('claims nothing from the moment on when the migration begins, keeps the work in line, and claims again once it fits', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    const { store } = engineOf(stage.services)
    await beginNewer(stage)
    const before = await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    expect(await store.claim(operation.id)).toMatchObject({ type: 'later', at: expect.any(Date) })
    await finishNewer(stage)
    expect(await store.claim(operation.id)).toMatchObject({ type: 'later' })
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toEqual(before)
    await takeBack(stage)
    expect(await store.claim(operation.id)).toMatchObject({ type: 'claimed' })
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
    await beginNewer(stage)
    await finishNewer(stage)
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
    await beginNewer(stage)
    stage.startWorker()
    const { operation } = await stage.order()
    await expect.poll(() => stage.services.db.$queryRaw`select from pg_stat_activity where application_name = 'berth-jobs' and datname = current_database()`).toEqual([])
    expect(await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'queued', claims: 0 })
    await takeBack(stage)
    await stage.until(operation.id, 'succeeded')
  })
})
