import { listOrphans } from '#server/domains/orphans/list-orphans.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { OrphanListSchema, OrphanQuerySchema } from '#shared/schemas/orphans.ts'

export default defineRoute(
  { access: 'admin', query: OrphanQuerySchema, response: OrphanListSchema },
  async ({ call, query }) => listOrphans(call, query),
)
