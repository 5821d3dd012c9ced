import { openSync, writeSync } from 'node:fs'
import type pg from 'pg'

/**
 * Gives a database a clock of its own: `now()` and `clock_timestamp()` of every later connection, and the defaults of all columns, then
 * read a file beside its data. So a new time counts at once and for everybody, and setting it needs no statement. Returns how it is set.
 * `now()` is one moment for a whole transaction, as PostgreSQL's own is: whoever asks first reads the file and leaves the moment in a setting
 * that ends with the transaction. All others are told by an expression that PostgreSQL writes into the statement, with no function to call.
 */
export async function installVirtualTime(client: pg.Client): Promise<(at: number) => void> {
  const { rows: [row] } = await client.query<{ name: string, file: string }>('select current_database() as name, current_setting(\'data_directory\') || \'/clock-\' || current_database() as file')
  if (!row) throw new Error('PostgreSQL does not say where its data is.')
  const clock = openSync(row.file, 'w', 0o644) // for PostgreSQL's own account to read
  const set = (at: number) => { writeSync(clock, String(at), 0) } // of equal length for the next 250 years
  set(Date.UTC(2026, 0))
  await client.query(`
    create schema virtual;
    create function virtual.begin_moment() returns float8 language plpgsql stable as $$ begin return set_config('virtual.moment', pg_read_file('${row.file}'), true); end $$;
    create function virtual.now() returns timestamptz language sql stable as $$ select to_timestamp(coalesce(nullif(current_setting('virtual.moment', true), '')::float8, virtual.begin_moment()) / 1000) $$;
    create function virtual.clock_timestamp() returns timestamptz language plpgsql volatile as $$ begin return to_timestamp(pg_read_file('${row.file}')::bigint / 1000.0); end $$;
    do $$
      declare spot record;
      begin
        for spot in select table_name, column_name from information_schema.columns where table_schema = 'public' and column_default = 'CURRENT_TIMESTAMP' loop
          execute format('alter table public.%I alter column %I set default virtual.now()', spot.table_name, spot.column_name);
        end loop;
      end
    $$`)
  await client.query(`alter database "${row.name}" set search_path = virtual, public, pg_catalog`)
  return set
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
