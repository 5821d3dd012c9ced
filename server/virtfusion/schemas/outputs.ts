import { z } from 'zod'
import { isRecord } from '../chain/answer-body.ts'
import { ContractError, type Answer } from '../operation.ts'
import { id, listOf, optionalInteger } from './values.ts'

/** For operations whose answer holds nothing that we use. Every good status counts, with or without a body. */
export function nothing(): void {}

/** The payload under `data`, checked and cut down to the fields of the schema. */
export function data<T extends z.ZodType>(schema: T): (answer: Answer) => z.output<T> {
  return answer => check(schema, dataOf(answer))
}

/** As `data`, where the good status is what counts and a panel may say nothing more: then `absent`. */
export function dataIfAny<T extends z.ZodType>(schema: T, absent: z.output<T>): (answer: Answer) => z.output<T> {
  return ({ json }) => (isRecord(json) && isRecord(json.data) ? check(schema, json.data) : absent)
}

/** A list under `data` that the API does not page. Refuses an answer that turns out to be one page of several. */
export function list<T extends z.ZodType>(row: T): (answer: Answer) => Array<z.output<T>> {
  const rows = listOf(row)
  return (answer) => {
    const lastPage = isRecord(answer.json) ? Number(answer.json.last_page ?? 1) : 1
    if (lastPage > 1) throw new ContractError('the list came as one page of several')
    return check(rows, dataOf(answer))
  }
}

export interface Page<T> {
  items: T[]
  page: number
  lastPage: number
  total: number
}

const PageNumbersSchema = z.object({ current_page: id, last_page: id, total: optionalInteger })

/** One page of a paged list: the rows lie in `data`, the page numbers beside it. */
export function page<T extends z.ZodType>(row: T): (answer: Answer) => Page<z.output<T>> {
  const rows = listOf(row)
  return (answer) => {
    const numbers = check(PageNumbersSchema, answer.json)
    const items = check(rows, dataOf(answer))
    if (numbers.total === null) throw new ContractError('total is missing')
    return { items, page: numbers.current_page, lastPage: numbers.last_page, total: numbers.total }
  }
}

export function check<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  // Names of fields only: values could be secret.
  const places = parsed.error.issues.slice(0, 3).map(issue => issue.path.map(String).join('.') || 'the answer')
  throw new ContractError(`unexpected shape at ${places.join(', ')}`)
}

function dataOf(answer: Answer): unknown {
  if (!isRecord(answer.json) || answer.json.data === undefined) throw new ContractError('data is missing')
  return answer.json.data
}
