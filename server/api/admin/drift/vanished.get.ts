import { listVanished } from '#server/domains/drift/list-vanished.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { PageQuerySchema } from '#shared/schemas/common.ts'
import { AdminServerListSchema } from '#shared/schemas/servers.ts'

export default defineRoute(
  { access: 'admin', query: PageQuerySchema, response: AdminServerListSchema },
  async ({ call, query }) => listVanished(call, query),
)
