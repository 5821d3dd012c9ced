import type { WatchSource } from 'vue'

/**
 * For dialogs that are opened by code, so that Vuetify knows no activator: what it returns gives the focus back to where it was at the
 * opening, or to what stands nearest where that is gone. Pass it to `after-leave`.
 */
export function useFocusReturn(isOpen: WatchSource<boolean>): () => void {
  let path: HTMLElement[] = []

  function giveBack() {
    const [opener] = path
    if (opener?.isConnected) opener.focus()
    else focusNearest(path)
  }

  watch(isOpen, (open) => { if (open && import.meta.client) path = pathFrom(document.activeElement) }, { immediate: true })
  // A dialog that goes together with its button never says that it has left.
  onUnmounted(() => { if (path[0] && !path[0].isConnected) void nextTick(() => focusNearest(path)) })

  return giveBack
}
