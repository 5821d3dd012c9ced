import { defineStore } from 'pinia'
import type { CurrentSession, Person } from '#shared/schemas/auth.ts'

/** Who is signed in, for navigation and greetings. What a person may do is decided by the server, never by this. */
export const useSessionStore = defineStore('session', () => {
  const user = ref<Person | null>(null)

  async function load() {
    const current = await useRequestFetch()<CurrentSession | null>('/api/auth/get-session')
    user.value = current?.user ?? null
  }

  /** Whom the browser speaks for now, by id: another tab may have signed out, or in as somebody else. */
  async function findSignedIn(): Promise<string | null> {
    const current = await $fetch<CurrentSession | null>('/api/auth/get-session', { retry: 0 })
    return current?.user.id ?? null
  }

  async function signOut() {
    // First, for the end of the session ends the stream too, and would make every page read again what it may no longer see.
    const live = useLiveStore()
    live.disconnect()
    try {
      await sendJson('/api/auth/sign-out', { method: 'POST' })
    }
    catch (error) {
      live.connect()
      throw error
    }
    user.value = null
  }

  return { user, load, findSignedIn, signOut }
})
