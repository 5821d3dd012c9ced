import type pg from 'pg'

/**
 * Gives a database a clock of its own: `now()` and `clock_timestamp()` of every later connection, and the defaults of all columns, then
 * read a sequence. A sequence belongs to no transaction, so that a new time counts at once and for everybody.
 */
export async function installVirtualTime(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  await client.query(`
    create schema virtual;
    create sequence virtual.clock minvalue 0;
    create function virtual.now() returns timestamptz language sql stable as $$ select to_timestamp(last_value / 1000.0) from virtual.clock $$;
    create function virtual.clock_timestamp() returns timestamptz language sql volatile as $$ select to_timestamp(last_value / 1000.0) from virtual.clock $$;
    do $$
      declare spot record;
      begin
        for spot in select table_name, column_name from information_schema.columns where table_schema = 'public' and column_default = 'CURRENT_TIMESTAMP' loop
          execute format('alter table public.%I alter column %I set default virtual.now()', spot.table_name, spot.column_name);
        end loop;
      end
    $$`)
  await client.query(`alter database "${rows[0]?.name ?? ''}" set search_path = virtual, public, pg_catalog`)
}

const RealDate = Date

/** Lets this process tell the time given: Prisma fills in the times of rows by itself. Returns the way back. */
export function useVirtualDate(now: () => number): () => void {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: [] | [string | number | Date]) => (args.length === 0 ? new target(now()) : new target(...args)),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver) as unknown),
  })
  return () => { globalThis.Date = RealDate }
}
