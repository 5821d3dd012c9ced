import { listOwnServers } from '#server/domains/servers/list-own-servers.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { PageQuerySchema } from '#shared/schemas/common.ts'
import { CustomerServerListSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'customer',
  query: PageQuerySchema,
  response: CustomerServerListSchema,
}, async ({ call, query }) => listOwnServers(call, query))
