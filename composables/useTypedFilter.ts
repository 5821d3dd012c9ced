const PAUSE_MS = 300

/**
 * The text of a filter that is typed: handed on once the typing pauses, as what `read` makes of it. Follows the address where something else
 * changed it, the browser's back button or a link that clears the filters; what the field itself has asked for never overwrites later letters.
 */
export function useTypedFilter(inAddress: () => string | undefined, change: (value: string | undefined) => void, read = (text: string) => text || undefined) {
  const text = ref<string | null>(inAddress() ?? '')
  let asked = inAddress()

  watchDebounced(text, (typed) => {
    const value = read(typed?.trim() ?? '')
    if (value === asked) return
    asked = value
    change(value)
  }, { debounce: PAUSE_MS })

  watch(inAddress, (current) => {
    if (current === asked) return
    asked = current
    text.value = current ?? ''
  })

  return text
}
