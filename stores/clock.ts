import { defineStore } from 'pinia'

const TICK_MS = 15_000

/** One clock for all relative times: server and browser start from the same moment, so that the first paint agrees. */
export const useClockStore = defineStore('clock', () => {
  const now = ref(Date.now())
  /** False until the page is alive: absolute times are in UTC before, in the reader's zone after. */
  const isRunning = ref(false)
  let timer: ReturnType<typeof setInterval> | undefined

  function tick() {
    now.value = Date.now()
  }

  function start() {
    if (timer) return
    isRunning.value = true
    tick()
    timer = setInterval(tick, TICK_MS)
  }

  return { now, isRunning, start }
})
