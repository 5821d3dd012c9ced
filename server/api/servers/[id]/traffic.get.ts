import { readTraffic } from '#server/domains/servers/read-traffic.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { TrafficSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'customer',
  params: IdParamsSchema,
  response: TrafficSchema,
}, async ({ call, params }) => readTraffic(call, params.id))
