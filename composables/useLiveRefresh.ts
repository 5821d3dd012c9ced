import type { LiveEvent } from '#shared/schemas/events.ts'

/** Many events can come from one step of work; reading again once is enough. */
const PAUSE_MS = 250
const LONGEST_WAIT_MS = 1000

/** Reads again when an event concerns what is on the screen, and always after a gap in the stream. */
export function useLiveRefresh(concerns: (event: LiveEvent) => boolean, refresh: () => Promise<unknown>) {
  let isGone = false
  onBeforeUnmount(() => { isGone = true })
  const refreshSoon = useDebounceFn(async () => { if (!isGone) await refresh() }, PAUSE_MS, { maxWait: LONGEST_WAIT_MS })
  useLiveEvents((event) => {
    if (event.type === 'resync' || concerns(event)) void refreshSoon()
  })
}
