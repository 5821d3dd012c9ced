const DAY_MS = 86_400_000

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
  if (day === new Date(now).toDateString()) return 'Today'
  if (day === new Date(now - DAY_MS).toDateString()) return 'Yesterday'
  return new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at)
}
