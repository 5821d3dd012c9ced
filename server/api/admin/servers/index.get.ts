import { listServers } from '#server/domains/servers/list-servers.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { AdminServerListSchema, AdminServerQuerySchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  query: AdminServerQuerySchema,
  response: AdminServerListSchema,
}, async ({ call, query }) => listServers(call, query))
