import { getOwnServer } from '#server/domains/servers/get-own-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { CustomerServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'customer',
  params: IdParamsSchema,
  response: CustomerServerSchema,
}, async ({ call, params }) => getOwnServer(call, params.id))
