import { getServer } from '#server/domains/servers/get-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AdminServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  response: AdminServerSchema,
}, async ({ call, params }) => getServer(call, params.id))
