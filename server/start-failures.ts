import type { Env } from './env.ts'

/** What keeps Berth from starting, as a sentence for the operator that names the variable and the fix. What the system said is the cause. */
export class StartError extends Error {
  constructor(sentence: string, cause: unknown) {
    super(sentence, { cause })
    this.name = 'StartError'
  }
}

/** Of an error, or of the first of several: a name with two addresses gives one for each, and says nothing itself. */
interface Facts { code: string, words: string }

function factsOf(error: unknown): Facts {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  if (!(first instanceof Error)) return { code: '', words: String(first) }
  const code = 'code' in first && typeof first.code === 'string' ? first.code : ''
  return { code, words: first.message || code }
}

/** Codes of sockets and SQLSTATEs, or what pg says without one; each with what DATABASE_URL has to do with it. */
const DATABASE_ADVICE: [RegExp, string][] = [
  [/^ECONNREFUSED$/, 'its host refuses connections on its port. See that PostgreSQL runs there and listens on that address, or correct host and port'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the name of its host is not known. Correct it, or see that this machine can resolve names'],
  [/^(ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|timeout expired)$/, 'its host does not answer. Correct host and port, or let connections through the firewall between'],
  [/^(28P01|28000|SASL: .*)$/, 'PostgreSQL refuses its user or its password, or has no line for this machine in pg_hba.conf. Correct whichever it is'],
  [/^3D000$/, 'the database that it names does not exist. Make it (createdb), or correct the name'],
  [/^42501$/, 'its user may not make tables in that database. Make this user the owner of the database'],
  [/^53300$/, 'PostgreSQL takes no more connections. Raise its max_connections, or lower WORKER_CONCURRENCY'],
  [/^57P0[123]$/, 'PostgreSQL is starting or stopping there. Start Berth again once it is up'],
  [/^The server does not support SSL connections$/, 'its sslmode asks for TLS, which PostgreSQL does not offer there. Switch TLS on in PostgreSQL, or correct sslmode'],
  [/CERT|^ERR_TLS|_SIGNATURE$/, 'the TLS certificate of PostgreSQL is not accepted. Name its authority by sslrootcert, or correct host and sslmode'],
]

/** Why the database can't be used. Tells neither its address nor a password: what `DATABASE_URL` holds is not repeated. */
export function explainDatabaseFailure(error: unknown, env: Pick<Env, 'DATABASE_URL' | 'DATA_DIR'>): StartError {
  const { code, words } = factsOf(error)
  const said = code && code !== words ? `${words}, ${code}` : words
  if (!env.DATABASE_URL) return new StartError(`The embedded database below DATA_DIR (${env.DATA_DIR}) can't be used (${said}). Its log is postgres/postgres.log there; set DATABASE_URL to use a PostgreSQL of your own.`, error)
  const advice = DATABASE_ADVICE.find(([known]) => known.test(code || words))?.[1]
  return advice
    ? new StartError(`DATABASE_URL can't be used: ${advice} (${code || words}).`, error)
    : new StartError(`The database of DATABASE_URL can't be used: ${said}.`, error)
}

/** Why a folder of ours can't be made or written to; null where it is about something else. */
export function explainFolderFailure(error: unknown, { DATA_DIR }: Pick<Env, 'DATA_DIR'>): StartError | null {
  if (!(error instanceof Error && 'path' in error && typeof error.path === 'string')) return null
  // The folder itself, something below it, or one above that it was to be made in.
  if (!error.path.startsWith(DATA_DIR) && !DATA_DIR.startsWith(error.path)) return null
  const { code } = factsOf(error)
  const advice = code === 'ENOSPC' || code === 'EDQUOT' ? 'Make room on its disk' : 'See that it is a folder in which the account that runs Berth may write'
  return new StartError(`DATA_DIR (${DATA_DIR}) can't be used: ${code} at ${error.path}. ${advice}, or set DATA_DIR to another folder.`, error)
}

/** Why nothing can listen on HOST and PORT. */
export function explainListenFailure(error: unknown, { HOST, PORT }: Pick<Env, 'HOST' | 'PORT'>): StartError {
  const { code, words } = factsOf(error)
  switch (code) {
    case 'EADDRINUSE': return new StartError(`Port ${PORT} on ${HOST} is in use: Berth, or another program, runs there already. Stop it or set PORT.`, error)
    case 'EACCES': return new StartError(`Port ${PORT} is not open to the account that runs Berth (EACCES); below 1024 that takes special rights. Set PORT to a higher one, such as 3000, and let a proxy listen on ${PORT}.`, error)
    case 'EADDRNOTAVAIL': return new StartError(`HOST (${HOST}) is no address of this machine (EADDRNOTAVAIL). Set HOST to one that it has: 127.0.0.1, or 0.0.0.0 for all.`, error)
    case 'ENOTFOUND': case 'EAI_AGAIN': return new StartError(`HOST (${HOST}) is a name that is not known here (${code}). Set HOST to an address of this machine: 127.0.0.1, or 0.0.0.0 for all.`, error)
    default: return new StartError(`Berth can't listen on HOST ${HOST} and PORT ${PORT} (${code || words}). Set HOST to an address of this machine and PORT to a free port.`, error)
  }
}
