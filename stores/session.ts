import { defineStore } from 'pinia'
import type { CurrentSession, Person } from '#shared/schemas/auth.ts'

/** Who is signed in, for navigation and greetings. What a person may do is decided by the server, never by this. */
export const useSessionStore = defineStore('session', () => {
  const user = ref<Person | null>(null)

  async function load() {
    const current = await useRequestFetch()<CurrentSession | null>('/api/auth/get-session')
    user.value = current?.user ?? null
  }

  /** Whether the browser still speaks for the person whom this tab shows: another tab may have signed out, or in as somebody else. */
  async function isStillShown(): Promise<boolean> {
    const current = await $fetch<CurrentSession | null>('/api/auth/get-session', { retry: 0 })
    return current?.user.id === user.value?.id
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

  return { user, load, isStillShown, signOut }
})
