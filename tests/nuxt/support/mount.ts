import { mountSuspended } from '@nuxt/test-utils/runtime'
import { flushPromises } from '@vue/test-utils'
import { onTestFinished } from 'vitest'

// happy-dom lacks what Vuetify's overlays measure with.
globalThis.visualViewport ??= Object.assign(new EventTarget(), {
  width: 1280, height: 800, scale: 1, offsetLeft: 0, offsetTop: 0, pageLeft: 0, pageTop: 0, onresize: null, onscroll: null,
}) as VisualViewport

/** Mounts into the page, so that labels, focus and overlays work, and takes it away after the test. */
export const mount: typeof mountSuspended = async (component, options) => {
  const wrapper = await mountSuspended(component, { attachTo: document.body, ...options })
  onTestFinished(() => {
    wrapper.unmount()
    document.body.innerHTML = ''
  })
  return wrapper
}

/** Waits until requests that are under way have been answered and shown. */
export async function settle() {
  await flushPromises()
  await new Promise((resolve) => setTimeout(resolve, 80))
  await flushPromises()
}
