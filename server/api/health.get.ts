import packageInfo from '../../package.json' with { type: 'json' }
import { defineRoute } from '#server/utils/define-route.ts'
import { HealthSchema } from '#shared/schemas/health.ts'

/** The process answers. */
export default defineRoute({ access: 'anyone', response: HealthSchema }, async () => ({ status: 'ok', version: packageInfo.version } as const))
