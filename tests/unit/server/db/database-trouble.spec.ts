import { DriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'
import { describe, expect, it } from 'vitest'
import { findDatabaseTrouble } from '../../../../server/db/database-trouble.ts'
import { Prisma } from '../../../../server/generated/prisma/client.ts'

/** As Prisma throws it: its own code, and what its adapter made of the error of pg. */
const prisma = (code: string, message: string, cause?: MappedError & { originalCode?: string, originalMessage?: string }) =>
  new Prisma.PrismaClientKnownRequestError(`\nInvalid \`prisma.user.findMany()\` invocation:\n\n\n${message}`, { code, clientVersion: '7.10.0', meta: cause && { modelName: 'User', driverAdapterError: new DriverAdapterError(cause) } })
/** Of a query on a model, whose SQLSTATE Prisma has no code for. */
const unmapped = (code: string, message: string) => prisma('P2039', `Database error. Code: \`${code}\`. Message: \`${message}\``, { kind: 'postgres', originalCode: code, originalMessage: message, code, severity: 'FATAL', message, detail: undefined, column: undefined, hint: undefined })
/** Of raw SQL, where all is one code. */
const raw = (cause: MappedError & { originalCode?: string, originalMessage?: string }) => prisma('P2010', `Raw query failed. Code: \`${cause.originalCode ?? 'N/A'}\`.`, cause)
const rawSqlState = (code: string, message: string) => raw({ kind: 'postgres', originalCode: code, originalMessage: message, code, severity: 'ERROR', message, detail: undefined, column: undefined, hint: undefined })
/** Of pg itself, or of a socket. */
const plain = (message: string, code?: string) => Object.assign(new Error(message), code ? { code } : {})

describe('findDatabaseTrouble', () => {
  it.each<[string, Error]>([
    ['a model whose connection was ended', unmapped('57P01', 'terminating connection due to administrator command')],
    ['a model after a crash of the server', unmapped('57P02', 'terminating connection because of crash of another server process')],
    ['a model while the server starts', unmapped('57P03', 'the database system is starting up')],
    ['a model behind a pooler that lost its server', unmapped('08P01', 'server conn crashed?')],
    ['a model without a server', prisma('P1001', 'Can\'t reach database server at 127.0.0.1:5432', { kind: 'DatabaseNotReachable', host: '127.0.0.1', port: 5432 })],
    ['raw SQL whose connection was ended', rawSqlState('57P01', 'terminating connection due to administrator command')],
    ['raw SQL while the server starts', rawSqlState('57P03', 'the database system is starting up')],
    ['raw SQL without a server', raw({ kind: 'DatabaseNotReachable', host: '127.0.0.1', port: 5432 })],
    ['raw SQL whose connection was reset', raw({ kind: 'ConnectionClosed' })],
    ['raw SQL whose connection fell silent', raw({ kind: 'SocketTimeout' })],
    ['a commit whose connection was ended', new DriverAdapterError({ kind: 'postgres', originalCode: '57P01', code: '57P01', severity: 'FATAL', message: 'terminating connection due to administrator command', detail: undefined, column: undefined, hint: undefined })],
    ['a socket without a way', plain('connect EHOSTUNREACH 192.0.2.1:5432', 'EHOSTUNREACH')],
    ['a socket that was closed', plain('write EPIPE', 'EPIPE')],
    ['a name that is not known at the moment', plain('getaddrinfo EAI_AGAIN db', 'EAI_AGAIN')],
    ['a name with two addresses that refuse', Object.assign(new AggregateError([plain('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED')], ''), { code: 'ECONNREFUSED' })],
    ['pg by itself', plain('terminating connection due to administrator command', '57P01')],
    ['a transaction whose connection is gone', plain('Client has encountered a connection error and is not queryable')],
    ['a connection that ended', plain('Connection terminated unexpectedly')],
    ['a pool without a free connection', plain('timeout exceeded when trying to connect')],
    ['a transaction that could not begin', prisma('P2028', 'Transaction API error: Unable to start a transaction in the given time.')],
  ])('sees that the database is away by the error of %s', (_case, error) => {
    expect(findDatabaseTrouble(error)).toBe('away')
  })

  it.each<[string, Error]>([
    ['too many connections', prisma('P2037', 'Too many database connections opened: sorry, too many clients already', { kind: 'TooManyConnections', originalCode: '53300', cause: 'sorry, too many clients already' })],
    ['too many connections for raw SQL', raw({ kind: 'TooManyConnections', originalCode: '53300', cause: 'sorry, too many clients already' })],
    ['a standby', unmapped('25006', 'cannot execute INSERT in a read-only transaction')],
    ['a full disk', rawSqlState('53100', 'could not extend file: No space left on device')],
    ['a password that was changed', prisma('P1000', 'Authentication failed against the database server', { kind: 'AuthenticationFailed', originalCode: '28P01', user: 'berth' })],
  ])('sees that the database takes nothing by %s', (_case, error) => {
    expect(findDatabaseTrouble(error)).toBe('unable')
  })

  it.each<[string, Error]>([
    ['the victim of a deadlock', prisma('P2034', 'Transaction failed due to a write conflict or a deadlock. Please retry your transaction', { kind: 'TransactionWriteConflict', originalCode: '40P01' })],
    ['the victim of a deadlock in raw SQL', raw({ kind: 'TransactionWriteConflict', originalCode: '40P01', originalMessage: 'deadlock detected' })],
    ['a transaction that could not be put in line', plain('could not serialize access due to concurrent update', '40001')],
  ])('sees a clash by %s', (_case, error) => {
    expect(findDatabaseTrouble(error)).toBe('clash')
  })

  it.each<[string, unknown]>([
    ['a value that is taken', prisma('P2002', 'Unique constraint failed on the fields: (`email`)', { kind: 'UniqueConstraintViolation', originalCode: '23505', constraint: { fields: ['email'] } })],
    ['a wrong statement', rawSqlState('42601', 'syntax error at or near "57P01"')],
    ['a column that is not there', prisma('P2022', 'The column `a` does not exist in the current database.', { kind: 'ColumnNotFound', originalCode: '42703', column: 'a' })],
    ['a transaction that took too long', prisma('P2028', 'Transaction API error: A query cannot be executed on an expired transaction.')],
    ['a defect', new TypeError('Cannot read properties of undefined')],
    ['what is no error', 'ECONNREFUSED'],
  ])('takes %s for what it is', (_case, error) => {
    expect(findDatabaseTrouble(error)).toBeNull()
  })
})
