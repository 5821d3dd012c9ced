import type { LiveEvent } from '#shared/schemas/events.ts'

/** Calls `handler` for each live event while the component is on the screen. `resync` means: what is shown may be old, read again. */
export function useLiveEvents(handler: (event: LiveEvent) => void) {
  const live = useLiveStore()
  let unsubscribe = () => {}
  onMounted(() => { unsubscribe = live.subscribe(handler) })
  onBeforeUnmount(() => unsubscribe())
}
