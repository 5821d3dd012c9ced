// Fills the provisioning log for measurements: `node scripts/seed-volume.ts --rows 1000000`.
// Writes to DATABASE_URL, else to the embedded database below DATA_DIR (start Berth once before, for its tables).
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startEmbeddedPostgres } from '../server/db/embedded-postgres.ts'
import { readEnv } from '../server/env.ts'
import { loadEnvFile } from './load-env-file.ts'

const BATCH = 100_000
/** The rows are spread over this time, newest first, as a busy host would have them. */
const DAYS = 180

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } })
const rows = Number(values.rows)
if (!Number.isInteger(rows) || rows < 1) {
  process.stderr.write('--rows must be a whole number above 0.\n')
  process.exit(1)
}

loadEnvFile()
const env = readEnv()
const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres(path.join(env.DATA_DIR, 'postgres'))
const client = new pg.Client({ connectionString: env.DATABASE_URL ?? embedded?.url })
await client.connect()
try {
  const startedAt = performance.now()
  for (let from = 0; from < rows; from += BATCH) {
    await insertLogs(client, { from, to: Math.min(from + BATCH, rows), total: rows })
    process.stdout.write(`${Math.min(from + BATCH, rows)} of ${rows} rows\n`)
  }
  await client.query('analyze provisioning_logs')
  process.stdout.write(`Done in ${Math.round((performance.now() - startedAt) / 1000)} s.\n`)
}
finally {
  await client.end()
  await embedded?.stop()
}

/** Rows `from` to `to` of `total`: ids are UUIDv7 of their moment, servers are the ones that exist (else none), one call in twenty failed. */
async function insertLogs(client: pg.Client, { from, to, total }: { from: number, to: number, total: number }): Promise<void> {
  await client.query(`
    insert into provisioning_logs (id, server_id, action, attempt, method, path, request_body, http_status, response_body, outcome, effect,
      duration_ms, code, message, request_id, created_at, completed_at)
    select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing substring(int8send(floor(extract(epoch from at) * 1000)::bigint) from 3)
        from 1 for 6), 52, 1), 53, 1), 'hex')::uuid,
      owned.ids[1 + n % greatest(cardinality(owned.ids), 1)],
      calls.action, 1, calls.method, replace(calls.path, '{id}', (n % 20000)::text),
      case when calls.method = 'POST' then jsonb_build_object('packageId', n % 8, 'userId', 1) end,
      case n % 20 when 0 then 422 when 10 then null else calls.status end,
      case n % 20 when 0 then '{"errors":["A made-up refusal of the volume seed"]}'::jsonb when 10 then null else jsonb_build_object('data', jsonb_build_object('id', n % 20000)) end,
      (case n % 20 when 0 then 'rejected' when 10 then 'unknown' else 'ok' end)::"LogOutcome",
      (case when n % 20 = 10 then 'unknown' when n % 20 = 0 or calls.method = 'GET' then 'none' else 'done' end)::"CallEffect",
      20 + n % 700, case n % 20 when 0 then 'invalid' when 10 then 'answer_timeout' end, case n % 20 when 0 then 'A made-up refusal of the volume seed' end,
      gen_random_uuid()::text, at, at + interval '300 milliseconds'
    from generate_series($1::int, $2::int - 1) n
    cross join lateral (select date_trunc('milliseconds', now() - (n::float8 / $3) * make_interval(days => $4)) as at) moment
    cross join (select coalesce(array_agg(id), '{}') as ids from (select id from servers order by created_at limit 20000) s) owned
    join (values (0, 'servers.get', 'GET', '/servers/{id}', 200), (1, 'servers.get', 'GET', '/servers/{id}?remoteState=true', 200),
      (2, 'servers.list', 'GET', '/servers?results=200', 200), (3, 'servers.create', 'POST', '/servers', 201),
      (4, 'servers.suspend', 'POST', '/servers/{id}/suspend', 204), (5, 'servers.boot', 'POST', '/servers/{id}/power/boot', 200)
    ) calls (pick, action, method, path, status) on calls.pick = n % 6`, [from, to, total, DAYS])
}
