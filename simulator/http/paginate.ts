import { Refusal, type Answer } from './answers.ts'
import type { Call } from './call.ts'

/** The panel prints its own internal address into the links, as the published examples do. */
const INTERNAL_ORIGIN = 'https://192.168.3.11'

function wholeNumber(call: Call, name: string, fallback: number, max: number) {
  const raw = call.query.get(name)
  if (raw === null || raw === '') return fallback
  const value = Number(raw)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value

  throw new Refusal(422, { errors: [`The ${name} must be between 1 and ${max}.`] })
}

/** A page of `ids` in the form of a length-aware paginator; rows are made only for the page that is shown. */
export function paginate<Id>(call: Call, ids: readonly Id[], toRow: (id: Id) => unknown): Answer {
  const perPage = wholeNumber(call, 'results', 20, 200)
  const page = wholeNumber(call, 'page', 1, Number.MAX_SAFE_INTEGER)
  const total = ids.length
  const last = Math.max(1, Math.ceil(total / perPage))
  const from = (page - 1) * perPage
  const shown = ids.slice(from, from + perPage)

  const origin = call.settings.readings.internalPageLinks ? INTERNAL_ORIGIN : call.input.origin
  const path = `${origin}/api/v1${call.input.path}`
  // The published links carry `results` on some operations and drop it on others; clients must not rely on them.
  const link = (number: number) => `${path}?page=${number}`
  const linkOrNone = (number: number) => number >= 1 && number <= last ? link(number) : null

  return {
    status: 200,
    body: {
      current_page: page,
      data: shown.map(toRow),
      first_page_url: link(1),
      from: shown.length > 0 ? from + 1 : null,
      last_page: last,
      last_page_url: link(last),
      links: [
        { url: linkOrNone(page - 1), label: '&laquo; Previous', active: false },
        ...Array.from({ length: Math.min(last, 10) }, (_, index) => ({ url: link(index + 1), label: String(index + 1), active: index + 1 === page })),
        { url: linkOrNone(page + 1), label: 'Next &raquo;', active: false },
      ],
      next_page_url: linkOrNone(page + 1),
      path,
      per_page: perPage,
      prev_page_url: linkOrNone(page - 1),
      to: shown.length > 0 ? from + shown.length : null,
      total,
    },
  }
}
