// `npm run db:migrate`: applies what is missing by hand, as every start does by itself.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../server/db/embedded-postgres.ts'
import { MigrationError, applyMigrations } from '../server/db/migrate.ts'
import { readEnv } from '../server/env.ts'
import { explainDatabaseFailure } from '../server/start-failures.ts'
import { root } from './build-if-needed.ts'
import { loadEnvFile } from './load-env-file.ts'

loadEnvFile()
const env = readEnv()
const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres(path.join(env.DATA_DIR, 'postgres'))
const folder = path.join(root, 'prisma/migrations')
const migrations = readdirSync(folder).filter((name) => /^\d{14}_/.test(name))
  .map((name) => ({ name, sql: readFileSync(path.join(folder, name, 'migration.sql'), 'utf8') }))

try {
  const client = new pg.Client({ connectionString: env.DATABASE_URL ?? embedded?.url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {}) // the query that failed says what happened
  try {
    await client.connect()
    const applied = await applyMigrations(client, migrations, (message) => process.stderr.write(`${message}\n`))
    process.stdout.write(applied.length ? `Applied ${applied.join(', ')}.\n` : 'Nothing to do: the database is up to date.\n')
  }
  finally {
    await client.end()
  }
}
catch (error) {
  process.stderr.write(`${(error instanceof MigrationError ? error : explainDatabaseFailure(error, env)).message}\n`)
  process.exitCode = 1
}
finally {
  await embedded?.stop()
}
