/** Leads to the sign-in page and back here afterwards: for a page that turns out to have nothing to show without a session. */
export function useSignInAgain() {
  const session = useSessionStore()
  const route = useRoute()
  return () => {
    session.user = null
    return navigateTo({ path: '/sign-in', query: { next: route.fullPath } })
  }
}
