/**
 * Why a query failed that is right in itself. `away`: nobody answers. `unable`: the server answers and takes nothing now, as with a full disk or
 * as a standby. `clash`: it met another one, and PostgreSQL took it back.
 */
export type DatabaseTrouble = 'away' | 'unable' | 'clash'

/** SQLSTATEs of PostgreSQL, codes of sockets, codes of Prisma, and kinds of its adapter, under which it tells what it has no code for. */
const CODES: Record<DatabaseTrouble, RegExp> = {
  away: /^(08[0-9A-Z]{3}|57P0[1235]|25P03|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENOTFOUND|EAI_AGAIN|P1001|P1002|P1008|P1017|P2024|DatabaseNotReachable|ConnectionClosed|SocketTimeout)$/,
  unable: /^(53[0-9A-Z]{3}|25006|58030|28000|28P01|3D000|P1000|P1003|P1010|P1011|P2037|TooManyConnections|AuthenticationFailed|DatabaseAccessDenied|DatabaseDoesNotExist|TlsConnectionError)$/,
  clash: /^(40001|40P01|P2034|TransactionWriteConflict)$/,
}

/** What pg and its pool say without a code. P2028 stands for much else as well, so Prisma's start of a transaction goes by its words, too. */
const WORDS_OF_AWAY = /Connection terminated|timeout exceeded when trying to connect|is not queryable|after calling end on the pool|Unable to start a transaction in the given time|Can't reach database/

/** Null where the query itself was wrong, or the error is not about the database at all. */
export function findDatabaseTrouble(error: unknown): DatabaseTrouble | null {
  if (!(error instanceof Error)) return null
  const codes = codesOf(error as Wrapper)
  for (const trouble of ['away', 'unable', 'clash'] as const) {
    if (codes.some((code) => CODES[trouble].test(code))) return trouble
  }
  return WORDS_OF_AWAY.test(error.message) ? 'away' : null
}

interface Wrapper { name: string, code?: unknown, meta?: { driverAdapterError?: Wrapper }, cause?: { originalCode?: unknown, kind?: unknown } }

/** The error's own code, and those below it: Prisma wraps the error of its adapter, which wraps PostgreSQL's or the socket's. */
function codesOf(error: Wrapper): string[] {
  const wrapped = error.meta?.driverAdapterError ?? error
  const cause = wrapped.name === 'DriverAdapterError' ? wrapped.cause : undefined
  return [error.code, cause?.originalCode, cause?.kind].filter((code) => typeof code === 'string')
}
