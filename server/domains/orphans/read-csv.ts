import { CsvError, parse } from 'csv-parse/sync'
import { MOST_ADOPTED, type TypedLine } from '#shared/schemas/orphans.ts'
import { invalidField } from '../../errors.ts'

/** One line of a table, as typed; empty where the column is missing. */
export interface CsvRow extends TypedLine { line: number }

/** What people write above a column. */
const HEADINGS: Record<string, keyof TypedLine> = {
  virtfusion_server_id: 'virtfusionServerId', server_id: 'virtfusionServerId', id: 'virtfusionServerId', uuid: 'uuid', virtfusion_uuid: 'uuid',
  customer_email: 'customerEmail', customer: 'customerEmail', email: 'customerEmail', customer_name: 'customerName', plan: 'plan', plan_name: 'plan', name: 'name', server_name: 'name',
}

/** Reads a table of servers to adopt. Comma, semicolon or tab; quotes as usual. @throws AppError invalid_input for `csv` */
export function readCsv(text: string): CsvRow[] {
  const [heading = [], ...rows] = parseTable(text)
  const columns = heading.map((title) => HEADINGS[title.toLowerCase().replaceAll(/[\s-]+/g, '_')] ?? null)
  const twice = columns.find((column, place) => column !== null && columns.indexOf(column) < place)
  if (twice) throw invalidField('csv', `Two columns of the first line mean the same: ${heading.filter((_, place) => columns[place] === twice).join(' and ')}. Remove or rename one.`)
  const has = (column: keyof CsvRow) => columns.includes(column as never)
  if (!has('virtfusionServerId') && !has('uuid')) throw invalidField('csv', 'The first line has to name the columns: virtfusion_server_id or uuid, customer_email, plan, and customer_name and name if you like.')
  if (!has('customerEmail') || !has('plan')) throw invalidField('csv', 'The columns customer_email and plan are missing in the first line.')
  if (rows.length === 0) throw invalidField('csv', 'There is no line below the heading.')
  if (rows.length > MOST_ADOPTED) throw invalidField('csv', `At most ${MOST_ADOPTED} lines at once. Split the table.`)
  return rows.map((cells, index) => {
    if (cells.slice(heading.length).some((cell) => cell !== '')) throw invalidField('csv', `Line ${index + 1} has more cells than the first line has names. Put a cell that contains the separator into quotes.`)
    const row: CsvRow = { line: index + 1, virtfusionServerId: '', uuid: '', customerEmail: '', customerName: '', plan: '', name: '' }
    for (const [place, column] of columns.entries()) if (column) row[column] = unguarded(cells[place] ?? '')
    return row
  })
}

/** A mark before what a spreadsheet would take for a formula, as the download of refused lines sets it: it is no part of the text. */
function unguarded(cell: string): string {
  return cell.replace(/^'(?=[=+\-@])/, '')
}

function parseTable(text: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true, delimiter: findSeparator(text) })
  }
  catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw invalidField('csv', `This is no table that can be read: ${error.message}.`)
  }
}

/** The one that the first line uses: in the others' tables the rest are part of a cell. */
function findSeparator(text: string): string {
  const [heading = ''] = text.trimStart().split(/\r?\n/, 1)
  const count = (separator: string) => heading.split(separator).length
  return [';', '\t'].reduce((most, separator) => (count(separator) > count(most) ? separator : most), ',')
}
