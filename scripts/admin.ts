// `npm run admin -- link <e-mail>`: a one-time link for an admin who is locked out. `npm run admin -- add <e-mail> <name>`: another admin.
// Writes to DATABASE_URL, else to the embedded database below DATA_DIR, whether Berth runs or not.
import path from 'node:path'
import { startEmbeddedPostgres } from '../server/db/embedded-postgres.ts'
import { openDatabase } from '../server/db/open-database.ts'
import { addAdmin } from '../server/domains/admins/add-admin.ts'
import { resetAdminAccess } from '../server/domains/admins/reset-admin-access.ts'
import { configuredAddress, readEnv } from '../server/env.ts'
import { explainDatabaseFailure } from '../server/start-failures.ts'
import { EmailSchema } from '../shared/schemas/auth.ts'
import { line } from '../shared/schemas/common.ts'
import { loadEnvFile } from './load-env-file.ts'

const USAGE = 'npm run admin -- link <e-mail>           a link with which this admin sets a new password\nnpm run admin -- add <e-mail> <name>     another admin, and the link for the first password\n'

const [verb, address, ...words] = process.argv.slice(2)
const email = EmailSchema.safeParse(address)
const name = line(100).safeParse(words.join(' '))
const isRight = verb === 'link' ? words.length === 0 : verb === 'add' && name.success
if (!isRight || !email.success) {
  process.stderr.write(USAGE)
  process.exit(1)
}

loadEnvFile()
const env = readEnv()
const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres(path.join(env.DATA_DIR, 'postgres'))
const database = openDatabase(env.DATABASE_URL ?? embedded?.url ?? '', { max: 2, onError: () => {} })
try {
  const { rows } = await database.pool.query<{ isNew: boolean }>('select to_regclass(\'invitations\') is null as "isNew"').catch((error: unknown) => { throw explainDatabaseFailure(error, env) })
  if (rows[0]?.isNew) throw new Error('This database has no tables yet. Start Berth once, and see that DATABASE_URL or DATA_DIR is the one that it runs with.')
  const services = { db: database.prisma, now: () => new Date() }
  const link = verb === 'add'
    ? await addAdmin(services, { email: email.data, name: name.data ?? '' }, configuredAddress(env))
    : await resetAdminAccess(services, email.data, configuredAddress(env))
  process.stdout.write(`${link.url}\nGood for one use until ${link.expiresAt}. Whoever has it becomes this admin: hand it over safely.\n`)
  if (!env.PUBLIC_URL) process.stdout.write('PUBLIC_URL is not set: where people reach Berth at another address, put that in place of the one in the link.\n')
}
catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
finally {
  await database.close()
  await embedded?.stop()
}
