/**
 * Asks before unsaved input is left: `UiLeaveDialog` shows the question, the browser asks when the tab is closed, and the menu of the account
 * before it signs out. Set `isDirty` to false before navigating away after a save.
 */
export function useUnsavedChanges(isDirty: MaybeRefOrGetter<boolean>) {
  const unsaved = useUnsavedStore()
  const isAsking = ref(false)
  const hasChanges = () => toValue(isDirty)
  let takeOut = () => {}
  let answer: (mayLeave: boolean) => void = () => {}

  function ask(): Promise<boolean> | true {
    if (!hasChanges() || !unsaved.has(hasChanges)) return true
    isAsking.value = true
    return new Promise((resolve) => { answer = resolve })
  }

  function decide(mayLeave: boolean) {
    isAsking.value = false
    answer(mayLeave)
  }

  onMounted(() => { takeOut = unsaved.add(hasChanges) })
  onBeforeUnmount(() => takeOut())
  onBeforeRouteLeave(ask)
  onBeforeRouteUpdate((to, from) => (to.path === from.path ? true : ask()))
  useEventListener('beforeunload', (event) => {
    if (hasChanges()) event.preventDefault()
  })

  return { isAsking, leave: () => decide(true), stay: () => decide(false) }
}
