import { defineStore } from 'pinia'
import type { LiveEvent } from '#shared/schemas/events.ts'

type Handler = (event: LiveEvent) => void

const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
/** A browser opens six connections to one address at most: tabs that nobody looks at give theirs back. */
const HIDDEN_LIMIT_MS = 20_000

/**
 * One stream of server-sent events per tab. Events are hints; after a gap all handlers are told to read again, unless another person has
 * signed in meanwhile: then the whole page is read anew, so that nothing of the former one stays.
 */
export const useLiveStore = defineStore('live', () => {
  const session = useSessionStore()
  const isConnected = ref(false)
  const handlers = new Set<Handler>()
  let source: EventSource | null = null
  let isWanted = false
  let isAsking = false
  let hadGap = false
  let failures = 0
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined

  function tell(event: LiveEvent) {
    for (const handler of handlers) handler(event)
  }

  function open() {
    clearTimeout(retryTimer)
    if (source || !isWanted) return
    const current = source = new EventSource('/api/events')
    current.onopen = () => {
      isConnected.value = true
      failures = 0
      if (hadGap) tell({ type: 'resync' })
      hadGap = false
    }
    current.onmessage = ({ data }) => {
      const event = parseLiveEvent(data)
      if (event) tell(event)
    }
    // The browser's own retry gives up on an error status, so each retry is ours.
    current.onerror = () => {
      close()
      reopenLater()
    }
  }

  function reopenLater() {
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS)
    retryTimer = setTimeout(() => void reopen(), waitMs * (0.75 + Math.random() / 2))
  }

  /**
   * A stream that was away comes back for the same person only; one that is there shows at least that it still is the same. When nobody is
   * signed in any more the page stays, with what is being typed, and asks again when somebody comes back to the tab.
   */
  async function reopen() {
    clearTimeout(retryTimer)
    if (isAsking || !isWanted) return
    isAsking = true
    try {
      const signedIn = await session.findSignedIn()
      if (signedIn === session.user?.id) open()
      else if (signedIn !== null && isWanted) reloadNuxtApp({ force: true, persistState: false })
    }
    catch {
      if (isWanted && !source) reopenLater()
    }
    finally {
      isAsking = false
    }
  }

  function close() {
    source?.close()
    source = null
    hadGap = true
    isConnected.value = false
  }

  function onVisibilityChange() {
    clearTimeout(hiddenTimer)
    if (document.visibilityState === 'visible') return void reopen()
    hiddenTimer = setTimeout(close, HIDDEN_LIMIT_MS)
  }

  /** Keeps the stream open until `disconnect`. */
  function connect() {
    if (isWanted) return
    isWanted = true
    document.addEventListener('visibilitychange', onVisibilityChange)
    open()
  }

  function disconnect() {
    isWanted = false
    document.removeEventListener('visibilitychange', onVisibilityChange)
    clearTimeout(retryTimer)
    clearTimeout(hiddenTimer)
    close()
    hadGap = false
    failures = 0
  }

  /** Returns the function that ends the subscription. */
  function subscribe(handler: Handler): () => void {
    handlers.add(handler)
    return () => { handlers.delete(handler) }
  }

  return { isConnected, connect, disconnect, subscribe }
})

const TYPES: readonly string[] = ['server', 'operation', 'notification', 'panel', 'resync'] satisfies LiveEvent['type'][]

/** Our own server speaks here, so the type alone is checked; anything else is a heartbeat or a newer version's event. */
function parseLiveEvent(data: unknown): LiveEvent | null {
  if (typeof data !== 'string' || !data.startsWith('{')) return null
  const event = JSON.parse(data) as LiveEvent
  return TYPES.includes(event.type) ? event : null
}
