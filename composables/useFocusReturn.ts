import type { WatchSource } from 'vue'

/**
 * For dialogs that are opened by code, so that Vuetify knows no activator: what it returns gives the focus back to where it was at the
 * opening. Pass it to `after-leave`.
 */
export function useFocusReturn(isOpen: WatchSource<boolean>): () => void {
  let opener: Element | null = null
  watch(isOpen, (open) => { if (open && import.meta.client) opener = document.activeElement }, { immediate: true })
  return () => { if (opener instanceof HTMLElement && opener.isConnected) opener.focus() }
}
