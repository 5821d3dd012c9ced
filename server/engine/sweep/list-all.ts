import type { VirtFusionServerRow } from '../../virtfusion/schemas/servers.ts'
import type { SweepContext } from './ports.ts'

/** From the begin of one page to the begin of the next, on average. */
const PAGE_PACE_MS = 500
/** A page that took long is made up for by shorter pauses, but never by none. */
const SHORTEST_PAUSE_MS = 200

/** `complete`: what it does not show is not there. `partial`: only what it shows counts. */
export type Listing = 'complete' | 'partial' | 'forbidden' | 'unavailable'

/** Hands over the panel's list page by page, at a polite pace. Ends early, as partial, when the process is to stop or a page does not come. */
export async function listAll({ panel, now, pause, signal }: SweepContext, take: (remotes: VirtFusionServerRow[], readAt: Date) => Promise<void>): Promise<Listing> {
  const seen = new Set<number>()
  const startedAt = now().getTime()
  for (let page = 1, lastPage = 1; page <= lastPage; page++) {
    if (signal.aborted) return 'partial'
    const readAt = now()
    const answer = await panel.list(page)
    if (answer.type === 'failed') {
      if (page > 1) return 'partial'
      return answer.failure === 'forbidden' ? 'forbidden' : 'unavailable'
    }
    await take(answer.items, readAt)
    for (const { id } of answer.items) seen.add(id)
    lastPage = answer.lastPage
    if (page < lastPage) await pause(Math.min(PAGE_PACE_MS, Math.max(SHORTEST_PAUSE_MS, startedAt + page * PAGE_PACE_MS - now().getTime())))
    // Rows shift from page to page while servers are deleted: a list that came short is no evidence of absence.
    else if (seen.size < answer.total) return 'partial'
  }
  return 'complete'
}
