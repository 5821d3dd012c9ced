/** Leads to the sign-in page and back here afterwards: for the moment when the session turns out to be over. */
export function useSignInAgain() {
  const session = useSessionStore()
  const route = useRoute()
  return () => {
    session.user = null
    return navigateTo({ path: '/sign-in', query: { next: route.fullPath } })
  }
}
