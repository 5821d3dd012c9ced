import { refreshServer } from '#server/domains/servers/refresh-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AdminServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  response: AdminServerSchema,
  status: 202,
}, async ({ call, params }) => refreshServer(call, params.id))
