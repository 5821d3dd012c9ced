const TABBABLE = 'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [tabindex="0"]'

/** An element and what stands around it, up to the page's main part or its overlay. */
export function pathFrom(element: Element | null): HTMLElement[] {
  const path: HTMLElement[] = []
  for (let at = element; at instanceof HTMLElement && at !== document.body && !at.matches('main, .v-overlay-container'); at = at.parentElement) path.push(at)
  return path
}

/**
 * Where the focus was lost because its element went away, it goes to the first thing that can take it in what is left around it, so that
 * nobody begins at the top of the page again. Does nothing while something has the focus.
 */
export function focusNearest(path: readonly HTMLElement[]): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return
  for (const around of path) {
    const found = around.isConnected ? around.querySelector<HTMLElement>(TABBABLE) : null
    if (found) return found.focus()
  }
}
