import { MAX_DELETE_DELAY_MINUTES } from '#shared/schemas/servers.ts'

/** How long a deletion is held, as a dialog asks for it: a day, unless another time is chosen. `check` tells whether it can be sent, and leads to the field where it can't. */
export function useDeleteDelay() {
  const delayMinutes = ref<number | null>(USUAL_DELETE_DELAY)
  const delayError = ref<string>()
  const isNow = computed(() => delayMinutes.value === 0)

  watch(delayMinutes, () => { delayError.value = undefined })

  function resetDelay() {
    delayMinutes.value = USUAL_DELETE_DELAY
    delayError.value = undefined
  }

  function checkDelay(): boolean {
    const minutes = delayMinutes.value
    if (minutes !== null && Number.isInteger(minutes) && minutes >= 0 && minutes <= MAX_DELETE_DELAY_MINUTES) return true
    delayError.value = `Enter the minutes until the deletion: 0 to ${MAX_DELETE_DELAY_MINUTES.toLocaleString('en')}.`
    void nextTick(() => focusField(['delayMinutes']))
    return false
  }

  return { delayMinutes, delayError, isNow, resetDelay, checkDelay }
}
