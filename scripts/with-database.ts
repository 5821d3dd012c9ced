// Runs a command with DATABASE_URL set: `node scripts/with-database.ts prisma studio`.
// Without a DATABASE_URL of yours it is the embedded database; `--throw-away` takes an empty one that is removed afterwards.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../server/db/embedded-postgres.ts'
import { readEnv } from '../server/env.ts'
import { root } from './build-if-needed.ts'
import { loadEnvFile } from './load-env-file.ts'

const args = process.argv.slice(2)
const isThrowAway = args[0] === '--throw-away'
const [command = '', ...rest] = isThrowAway ? args.slice(1) : args
loadEnvFile()
const env = readEnv()
const folder = isThrowAway ? mkdtempSync(path.join(os.tmpdir(), 'berth-db-')) : path.join(env.DATA_DIR, 'postgres')
const database = isThrowAway || !env.DATABASE_URL ? await startEmbeddedPostgres(folder, { isDurable: !isThrowAway }) : null

const child = spawn(path.join(root, 'node_modules/.bin', command), rest, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, DATABASE_URL: database?.url ?? env.DATABASE_URL },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => end(code ?? 1))
child.on('error', () => {
  process.stderr.write(command === '' ? 'Name a command, for example: node scripts/with-database.ts prisma studio\n' : `There is no command "${command}" in node_modules/.bin.\n`)
  void end(1)
})

async function end(code: number): Promise<never> {
  await database?.stop()
  if (isThrowAway) rmSync(folder, { recursive: true, force: true })
  process.exit(code)
}
