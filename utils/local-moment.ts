/** A moment as a `datetime-local` field holds it: the reader's own clock, to the minute. Empty for none. */
export function toLocalField(moment: string | undefined): string {
  if (!moment) return ''
  const at = new Date(moment)
  if (Number.isNaN(at.getTime())) return ''
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** What a `datetime-local` field holds, as the first or the last moment of that minute; undefined while it is empty or half typed. */
export function fromLocalField(text: string, end: 'first' | 'last' = 'first'): string | undefined {
  const at = new Date(text)
  if (text === '' || Number.isNaN(at.getTime())) return undefined
  return (end === 'first' ? at : new Date(at.setSeconds(59, 999))).toISOString()
}
