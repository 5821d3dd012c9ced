import { z } from 'zod'
import { requireReady } from '#server/domains/health/require-ready.ts'
import type { AnonymousCall } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { methodsAt } from '#server/utils/known-routes.ts'

/** Uptime probes ask for the status alone, by HEAD. */
const PROBES: Record<string, (call: AnonymousCall) => Promise<unknown>> = {
  '/api/health': () => Promise.resolve(),
  '/api/ready': requireReady,
}

/** Whatever under /api no route answers: an unknown address, or a known one with another method. Asks for no session, for a probe is answered while the database is away. */
export default defineRoute({ access: 'anyone', ignoresSession: true, response: z.null() }, async ({ call, event }) => {
  const probe = event.method === 'HEAD' ? PROBES[event.path.split('?')[0] ?? ''] : undefined
  if (probe) {
    await probe(call)
    return null
  }
  const allowed = methodsAt(event.path)
  if (allowed.length === 0) throw new AppError('not_found', 'There is nothing at this address.')
  event.node.res.setHeader('allow', allowed.join(', '))
  throw new AppError('method_not_allowed', `This address takes ${allowed.join(' or ')} only.`)
})
