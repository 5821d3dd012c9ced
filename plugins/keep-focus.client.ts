/**
 * What a decision is about goes away with its answer: a row leaves its list, a banner its page, a button makes room for the next one.
 * For whoever works by keyboard the focus then stays in that place. For a mouse or a finger nothing moves.
 */
export default defineNuxtPlugin(() => {
  let path: HTMLElement[] = []
  let isByKeyboard = false

  addEventListener('keydown', () => { isByKeyboard = true }, { capture: true, passive: true })
  addEventListener('pointerdown', () => { isByKeyboard = false }, { capture: true, passive: true })
  addEventListener('focusin', ({ target }) => { path = isByKeyboard && target instanceof Element ? pathFrom(target) : [] })

  new MutationObserver(() => {
    const [focused] = path
    if (!focused || focused.isConnected) return
    focusNearest(path.splice(0))
  }).observe(document.body, { childList: true, subtree: true })
})
