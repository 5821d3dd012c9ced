import { listActivity } from '#server/domains/servers/list-activity.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema, PageQuerySchema } from '#shared/schemas/common.ts'
import { ActivityListSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'customer',
  params: IdParamsSchema,
  query: PageQuerySchema,
  response: ActivityListSchema,
}, async ({ call, params, query }) => listActivity(call, params.id, query))
