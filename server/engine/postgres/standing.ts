import { Prisma, type Operation } from '../../generated/prisma/client.ts'
import { readDiagnosis } from '../diagnosis.ts'
import { SAFE_MODE_COLUMNS, SAFE_MODE_TABLES, safeModeDiagnosis, safeModeOf } from '../identity/read-safe-mode.ts'
import type { Standing } from '../ports.ts'
import { SUBJECT, type Subject } from '../run.ts'
import { columnOf, type Execute, type Row } from './sql.ts'

type Server = Omit<Subject, 'customer'>
type Customer = Subject['customer']

/** A time is a string in JSON. All columns that hold one, and no others, have such a name (a test looks). */
export const isTime = (field: string) => field.endsWith('At')

/** Reads a row of Prisma's model from the JSON of its columns. */
function rowReader<T>(fields: readonly string[]): (json: unknown) => T {
  const columns = fields.map((field) => ({ field, column: columnOf(field), isTime: isTime(field) }))
  return (json) => Object.fromEntries(columns.map(({ field, column, isTime }) => {
    const value = (json as Row)[column]
    return [field, isTime && typeof value === 'string' ? new Date(value) : value]
  })) as T
}

const readOperation = rowReader<Omit<Operation, 'leaseToken'> & { leaseToken: number }>(Object.values(Prisma.OperationScalarFieldEnum))
const readServer = rowReader<Server>(Object.values(Prisma.ServerScalarFieldEnum))
const CUSTOMER_FIELDS = Object.keys(SUBJECT.include.customer.select)
const readCustomer = rowReader<Customer>(CUSTOMER_FIELDS)

/**
 * What a step begins with: `o` is the operation, `s` its server, the rest comes with `STANDING_TABLES`. Each row is one column of JSON: a
 * hundred columns would take the driver longer to read than the database to find.
 */
export const STANDING_COLUMNS = Prisma.raw(`row_to_json(o) as operation, row_to_json(s) as server,
  json_build_object(${CUSTOMER_FIELDS.map((field) => `'${columnOf(field)}', c.${columnOf(field)}`).join(', ')}) as customer,
  ${SAFE_MODE_COLUMNS}, i.safe_mode_left_at, h.paused_at, h.diagnosis as pause_diagnosis`)
export const STANDING_TABLES = Prisma.raw(`join users c on c.id = s.customer_id left join ${SAFE_MODE_TABLES} on true`)

/** The same by itself. @throws when there is no such operation */
export async function readStanding(execute: Execute, operationId: string): Promise<Standing> {
  const [row] = await execute(Prisma.sql`select ${STANDING_COLUMNS} from operations o join servers s on s.id = o.server_id ${STANDING_TABLES} where o.id = ${operationId}::uuid`)
  if (!row) throw new Error(`There is no operation ${operationId}.`)
  return toStanding(row)
}

export function toStanding(row: Row): Standing {
  const operation = readOperation(row['operation'])
  const safeMode = safeModeOf(row)
  const leftAt = row['safe_mode_left_at']
  return {
    operation: { ...operation, leaseToken: BigInt(operation.leaseToken) },
    server: { ...readServer(row['server']), customer: readCustomer(row['customer']) },
    gate: {
      safeMode: safeMode && safeModeDiagnosis(safeMode),
      pause: row['paused_at'] ? { diagnosis: readDiagnosis(row['pause_diagnosis']) } : null,
      epoch: leftAt instanceof Date ? leftAt.toISOString() : '',
    },
  }
}
