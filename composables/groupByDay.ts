/** Puts things under "Today", "Yesterday" or their date in the reader's zone; the order stays as it comes. */
export function groupByDay<Item extends { createdAt: string }>(items: Item[], now: number): { label: string, items: Item[] }[] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const label = labelOf(new Date(item.createdAt), now)
    groups.set(label, [...(groups.get(label) ?? []), item])
  }
  return [...groups].map(([label, entries]) => ({ label, items: entries }))
}

function labelOf(at: Date, now: number): string {
  const day = at.toDateString()
  const today = new Date(now)
  if (day === today.toDateString()) return 'Today'
  // By the calendar: the day on which clocks are set has 23 or 25 hours.
  if (day === new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1).toDateString()) return 'Yesterday'
  return new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at)
}
