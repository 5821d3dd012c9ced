import { getWorkerHealth } from '#server/domains/health/get-worker-health.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { WorkerHealthSchema } from '#shared/schemas/worker-health.ts'

export default defineRoute({ access: 'admin', response: WorkerHealthSchema }, async ({ call }) => getWorkerHealth(call))
