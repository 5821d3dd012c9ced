import { setResponseStatus } from 'h3'
import { checkReadiness } from '#server/domains/health/check-readiness.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { ReadySchema } from '#shared/schemas/health.ts'

/** Whoever stands in front may send people here: 200, else 503. */
export default defineRoute({ access: 'anyone', ignoresSession: true, response: ReadySchema }, async ({ call, event }) => {
  const checks = await checkReadiness(call)
  const isReady = checks.database && checks.migrations && checks.queue
  setResponseStatus(event, isReady ? 200 : 503)
  return { status: isReady ? 'ready' as const : 'not_ready' as const, checks }
})
