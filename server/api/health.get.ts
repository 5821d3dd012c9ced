import packageInfo from '../../package.json' with { type: 'json' }
import { defineRoute } from '#server/utils/define-route.ts'
import { HealthSchema } from '#shared/schemas/health.ts'

/** The process answers, also while the database is away. */
export default defineRoute({ access: 'anyone', ignoresSession: true, response: HealthSchema }, async () => ({ status: 'ok', version: packageInfo.version } as const))
