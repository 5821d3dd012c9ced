import type { LiveEvent } from '#shared/schemas/events.ts'

/** Many events can come from one step of work; reading again once is enough. */
const PAUSE_MS = 250
const LONGEST_WAIT_MS = 1000

/** Reads again when an event concerns what is on the screen, and always after a gap in the stream. */
export function useLiveRefresh(concerns: (event: LiveEvent) => boolean, refresh: () => Promise<unknown>) {
  const refreshSoon = useDebounceFn(refresh, PAUSE_MS, { maxWait: LONGEST_WAIT_MS })
  useLiveEvents((event) => {
    if (event.type === 'resync' || concerns(event)) void refreshSoon()
  })
}
