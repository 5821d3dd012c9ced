/** Seconds that are left to wait, counted down in the browser. */
export function useCountdown() {
  const seconds = ref(0)
  const { pause, resume } = useIntervalFn(() => {
    seconds.value -= 1
    if (seconds.value <= 0) pause()
  }, 1000, { immediate: false })

  const words = computed(() => {
    if (seconds.value < 90) return seconds.value === 1 ? '1 second' : `${seconds.value} seconds`
    return `${Math.ceil(seconds.value / 60)} minutes`
  })

  function start(length: number) {
    seconds.value = Math.max(0, Math.ceil(length))
    if (seconds.value > 0) resume()
    else pause()
  }

  return { seconds: readonly(seconds), words, start }
}
