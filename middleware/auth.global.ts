const PLAIN_PAGES = ['/sign-in', '/setup']

/** Leads people to the page that is of use to them. Only a courtesy: what somebody may see or do is decided by the API. */
export default defineNuxtRouteMiddleware(async (to) => {
  const session = useSessionStore()
  const isPlain = PLAIN_PAGES.includes(to.path) || to.path.startsWith('/invitation/')

  if (!session.user) {
    if (to.path.startsWith('/invitation/')) return
    if (await isSetupNeeded()) return to.path === '/setup' ? undefined : navigateTo('/setup')
    if (to.path === '/sign-in') return
    return navigateTo({ path: '/sign-in', query: to.fullPath === '/' || isPlain ? {} : { next: to.fullPath } })
  }

  const isAdmin = session.user.role === 'admin'
  const home = isAdmin ? '/admin' : '/'
  if (PLAIN_PAGES.includes(to.path)) return navigateTo(home)
  if (isAdmin && to.path === '/') return navigateTo('/admin')
  // What was told about a server that stands under an admin, as an orphan that one deletes does, leads to the page of customers.
  if (isAdmin && to.path.startsWith('/servers/')) return navigateTo({ path: `/admin${to.path}`, query: to.query, hash: to.hash }, { replace: true })
  if (!isAdmin && to.path.startsWith('/admin')) return navigateTo('/')
})

/** Once there is an admin there always is one: "no" is kept, "yes" is asked again. */
async function isSetupNeeded(): Promise<boolean> {
  const isDone = useState('setup-is-done', () => false)
  if (isDone.value) return false
  const setup = await useRequestFetch()<{ isNeeded: boolean }>('/api/setup')
  isDone.value = !setup.isNeeded
  return setup.isNeeded
}
