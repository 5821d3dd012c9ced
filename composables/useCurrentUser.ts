/** Who is signed in, or null. */
export function useCurrentUser() {
  const session = useSessionStore()
  return computed(() => session.user)
}
