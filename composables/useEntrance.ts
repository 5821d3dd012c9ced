import type { CurrentSession } from '#shared/schemas/auth.ts'

/** What follows a sign-in: nothing that another person saw in this tab stays, and the way goes on to where it should have gone. */
export function useEntrance() {
  const session = useSessionStore()
  const notifications = useNotificationsStore()
  const isSetUp = useState('setup-is-done')

  return async ({ user }: CurrentSession, next?: unknown) => {
    clearNuxtData()
    notifications.clear()
    isSetUp.value = true
    session.user = user
    await navigateTo(safeNext(next, user.role === 'admin' ? '/admin' : '/'), { replace: true })
  }
}
