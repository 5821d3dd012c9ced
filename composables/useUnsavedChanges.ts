/**
 * Asks before unsaved input is left: `UiLeaveDialog` shows the question, the browser asks when the tab is closed.
 * Set `isDirty` to false before navigating away after a save.
 */
export function useUnsavedChanges(isDirty: MaybeRefOrGetter<boolean>) {
  const isAsking = ref(false)
  let answer: (mayLeave: boolean) => void = () => {}

  function ask(): Promise<boolean> | true {
    if (!toValue(isDirty)) return true
    isAsking.value = true
    return new Promise((resolve) => { answer = resolve })
  }

  function decide(mayLeave: boolean) {
    isAsking.value = false
    answer(mayLeave)
  }

  onBeforeRouteLeave(ask)
  onBeforeRouteUpdate((to, from) => (to.path === from.path ? true : ask()))
  useEventListener('beforeunload', (event) => {
    if (toValue(isDirty)) event.preventDefault()
  })

  return { isAsking, leave: () => decide(true), stay: () => decide(false) }
}
