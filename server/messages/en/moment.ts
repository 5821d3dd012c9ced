const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })

/** "24 Nov 2026, 09:05 UTC", from a date or an ISO text; empty for anything else. In UTC: the words are made where nobody knows the reader's zone. */
export function moment(at: unknown): string {
  const date = new Date(at instanceof Date || typeof at === 'string' ? at : Number.NaN)
  return Number.isNaN(date.getTime()) ? '' : `${DATE.format(date)} UTC`
}
