/** A moment as a `datetime-local` field holds it: the reader's own clock, to the minute. Empty for none. */
export function toLocalField(moment: string | undefined): string {
  if (!moment) return ''
  const at = new Date(moment)
  if (Number.isNaN(at.getTime())) return ''
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** What a `datetime-local` field holds, as a moment; undefined while it is empty or half typed. */
export function fromLocalField(text: string): string | undefined {
  const at = new Date(text)
  return text === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
