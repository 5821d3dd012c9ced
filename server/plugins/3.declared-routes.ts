import { handlers } from '#nitro-internal-virtual/server-handlers'
import { defineNitroPlugin } from 'nitropack/runtime'
import { rootLog } from '../log.ts'
import { setKnownRoutes } from '../utils/known-routes.ts'
import { requireDeclaredRoutes } from '../utils/require-declared-routes.ts'

/** A route that does not say who may call it does not start, and neither does anything beside it. */
export default defineNitroPlugin(() => {
  const routes = handlers.filter((handler) => !handler.middleware && handler.route.startsWith('/api/'))
  setKnownRoutes(routes)
  requireDeclaredRoutes(routes.map(({ route, method, lazy, handler }) => ({
    route,
    method,
    load: async () => (lazy ? (await (handler as () => Promise<{ default: unknown }>)()).default : handler),
  }))).catch((error: unknown) => {
    rootLog().fatal({ err: error }, 'start refused')
    process.stderr.write(`Berth can't start: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  })
})
