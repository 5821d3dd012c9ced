import { requireReady } from '#server/domains/health/require-ready.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { ReadySchema } from '#shared/schemas/health.ts'

/** Whoever stands in front may send people here: 200, else 503. */
export default defineRoute({ access: 'anyone', ignoresSession: true, response: ReadySchema }, async ({ call }) => ({ status: 'ready' as const, checks: await requireReady(call) }))
