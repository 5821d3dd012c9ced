import { Prisma, type Operation } from '../../generated/prisma/client.ts'
import { readDiagnosis } from '../diagnosis.ts'
import { SAFE_MODE_COLUMNS, SAFE_MODE_TABLES, safeModeDiagnosis, safeModeOf } from '../identity/read-safe-mode.ts'
import type { Standing } from '../ports.ts'
import { SUBJECT, type Subject } from '../run.ts'
import { columnOf, type Execute, type Row } from './sql.ts'

/** The fields of one table in a row that holds those of several, under the alias of the table in the statement. */
class Part<T> {
  private readonly keys: [string, string][]
  readonly columns: string

  constructor(alias: string, fields: readonly string[]) {
    this.keys = fields.map((field) => [field, `${alias}.${field}`])
    this.columns = fields.map((field) => `${alias}.${columnOf(field)} as "${alias}.${field}"`).join(', ')
  }

  /** The columns are those of Prisma's model, so the row is one. */
  read(row: Row): T {
    return Object.fromEntries(this.keys.map(([field, key]) => [field, row[key]])) as T
  }
}

const OPERATION = new Part<Operation & { leaseToken: unknown }>('o', Object.values(Prisma.OperationScalarFieldEnum))
const SERVER = new Part<Omit<Subject, 'customer'>>('s', Object.values(Prisma.ServerScalarFieldEnum))
const CUSTOMER = new Part<Subject['customer']>('c', Object.keys(SUBJECT.include.customer.select))

/** What a step begins with, as columns: `o` is the operation, `s` its server, the rest comes with `STANDING_TABLES`. */
export const STANDING_COLUMNS = Prisma.raw(`${OPERATION.columns}, ${SERVER.columns}, ${CUSTOMER.columns}, ${SAFE_MODE_COLUMNS}, h.paused_at, h.diagnosis as pause_diagnosis`)
export const STANDING_TABLES = Prisma.raw(`join users c on c.id = s.customer_id left join ${SAFE_MODE_TABLES} on true`)

/** The same by itself. @throws when there is no such operation */
export async function readStanding(execute: Execute, operationId: string): Promise<Standing> {
  const [row] = await execute(Prisma.sql`select ${STANDING_COLUMNS} from operations o join servers s on s.id = o.server_id ${STANDING_TABLES} where o.id = ${operationId}::uuid`)
  if (!row) throw new Error(`There is no operation ${operationId}.`)
  return toStanding(row)
}

export function toStanding(row: Row): Standing {
  const operation = OPERATION.read(row)
  const safeMode = safeModeOf(row)
  return {
    operation: { ...operation, leaseToken: BigInt(String(operation.leaseToken)) },
    server: { ...SERVER.read(row), customer: CUSTOMER.read(row) },
    gate: { safeMode: safeMode && safeModeDiagnosis(safeMode), pause: row['paused_at'] ? { diagnosis: readDiagnosis(row['pause_diagnosis']) } : null },
  }
}
