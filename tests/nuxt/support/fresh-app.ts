import { getStores, setActivePinia } from 'pinia'
import { beforeAll } from 'vitest'

// The files that one worker runs share one app, since starting it costs more than all of a file's tests. Each begins with empty
// stores and nothing fetched.
beforeAll(() => {
  const app = tryUseNuxtApp()
  if (!app) return // the first file: the app starts after this
  for (const store of getStores(app.$pinia)) store.$dispose()
  app.$pinia.state.value = {}
  setActivePinia(app.$pinia)
  clearNuxtData()
  clearNuxtState()
})
