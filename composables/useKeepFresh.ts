const PERIOD_MS = 5 * 60_000

/** Reads again now and then while the page is looked at: what only a look has asked at the panel, such as the power, would grow old without an event. */
export function useKeepFresh(refresh: () => Promise<unknown>) {
  const visibility = useDocumentVisibility()
  useIntervalFn(() => {
    if (visibility.value === 'visible') void refresh()
  }, PERIOD_MS)
}
