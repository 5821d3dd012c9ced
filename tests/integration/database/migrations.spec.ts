import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MigrationError, applyMigrations, type Migration } from '../../../server/db/migrate.ts'
import { cloneTemplate } from '../support/databases.ts'

const NAME = '29991231000000_from_a_newer_version'
const makes = (table: string, more = ''): Migration[] => [{ name: NAME, sql: `create table ${table} (id int); ${more}` }]

/** A database of its own, and the way to connect to it. */
async function openEmpty() {
  const url = await cloneTemplate()
  const connect = async () => {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    onTestFinished(() => client.end().catch(() => {}))
    return client
  }
  const admin = await connect()
  return {
    admin,
    connect,
    has: async (table: string) => (await admin.query<{ has: boolean }>('select to_regclass($1) is not null as has', [table])).rows[0]?.has,
    rows: async () => (await admin.query('select finished_at is not null as "isDone", rolled_back_at is not null as "isTakenBack" from "_prisma_migrations" where migration_name = $1 order by started_at', [NAME])).rows as unknown[],
  }
}

const DONE = { isDone: true, isTakenBack: false }
const TAKEN_BACK = { isDone: false, isTakenBack: true }

describe('a migration that fails', () => {
  it('is named with the words of PostgreSQL, leaves nothing behind, and goes through at the next start once its cause is gone', async () => {
    const { admin, connect, has, rows } = await openEmpty()
    await admin.query('create table was_here (id int); insert into was_here values (7), (7)')
    const migrations = makes('made', 'create unique index on was_here (id)')
    const failure = await applyMigrations(await connect(), migrations).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(MigrationError)
    expect((failure as Error).message).toContain(`The migration ${NAME} failed, and nothing of it stays. PostgreSQL says: could not create unique index "was_here_id_idx" (Key (id)=(7) is duplicated).`)
    expect([await has('made'), await rows()]).toEqual([false, [TAKEN_BACK]])

    await admin.query('delete from was_here')
    expect(await applyMigrations(await connect(), migrations)).toEqual([NAME])
    expect([await has('made'), await rows()]).toEqual([true, [TAKEN_BACK, DONE]])
    expect(await applyMigrations(await connect(), migrations)).toEqual([])
  })

  it('leaves nothing behind either where only the note that it is done could not be written', async () => {
    const { admin, connect, has, rows } = await openEmpty()
    await admin.query(`create function refuse() returns trigger language plpgsql as $$ begin if new.finished_at is not null then raise exception 'no room'; end if; return new; end $$;
      create trigger refuse before update on "_prisma_migrations" for each row execute function refuse()`)
    await expect(applyMigrations(await connect(), makes('made'))).rejects.toThrow(/from_a_newer_version failed.*no room/)
    expect([await has('made'), await rows()]).toEqual([false, [TAKEN_BACK]])
  })
})

describe('a process that is cut off within a migration', () => {
  /** Held within the migration by a lock, then without its connection. */
  async function cutOff() {
    const database = await openEmpty()
    const { admin, connect } = database
    const holder = await connect()
    await holder.query('begin; lock table users in access exclusive mode')
    const client = await connect()
    const pid = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
    const failure = applyMigrations(client, makes('made', 'alter table users add column newer int')).catch((error: unknown) => error)
    await expect.poll(async () => (await admin.query('select from pg_locks where pid = $1 and not granted', [pid])).rowCount).toBe(1)
    await admin.query('select pg_terminate_backend($1)', [pid])
    const error = await failure
    await holder.query('rollback')
    return { ...database, error }
  }

  it('says which one it was and what PostgreSQL said, not what failed after that', async () => {
    const { error } = await cutOff()
    expect((error as Error).message).toMatch(new RegExp(`connection .* was lost within the migration ${NAME} \\(terminating connection due to administrator command\\)`))
  })

  it('stops no other start: the same version takes it up again', async () => {
    const { connect, has, rows } = await cutOff()
    expect([await has('made'), await rows()]).toEqual([false, [{ isDone: false, isTakenBack: false }]])
    const said: string[] = []
    expect(await applyMigrations(await connect(), makes('made', 'alter table users add column newer int'), (line) => said.push(line))).toEqual([NAME])
    expect([await has('made'), await rows()]).toEqual([true, [TAKEN_BACK, DONE]])
    expect(said).toEqual([`The migration ${NAME} was interrupted earlier and taken back.`])
  })

  it('stops no other start: the version before, which does not know it, goes on without it', async () => {
    const { connect, rows } = await cutOff()
    expect(await applyMigrations(await connect(), [])).toEqual([])
    expect(await rows()).toEqual([TAKEN_BACK])
  })
})

it('two processes that start together apply each migration once', async () => {
  const { connect, rows } = await openEmpty()
  const applied = await Promise.all([connect(), connect()].map(async (client) => applyMigrations(await client, makes('made'))))
  expect(applied.flat()).toEqual([NAME])
  expect(await rows()).toEqual([DONE])
})
