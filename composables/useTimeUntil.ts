/**
 * How far away a moment is by the page's own clock, and when it is in words: in UTC until the page is alive, in the reader's zone after.
 * Without a moment there is nothing left and nothing to say.
 */
export function useTimeUntil(at: MaybeRefOrGetter<string | null | undefined>) {
  const clock = useClockStore()
  const moment = computed(() => toValue(at) ?? null)
  /** Zero or less once it has come. */
  const minutesLeft = computed(() => (moment.value === null ? 0 : (Date.parse(moment.value) - clock.now) / 60_000))
  const dueOn = computed(() => (moment.value === null ? '' : formatAbsolute(moment.value, clock.isRunning ? undefined : 'UTC')))

  return { minutesLeft, dueOn }
}
