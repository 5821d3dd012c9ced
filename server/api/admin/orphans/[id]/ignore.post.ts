import { ignoreOrphan } from '#server/domains/orphans/ignore-orphan.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { IgnoreOrphanSchema, OrphanSchema } from '#shared/schemas/orphans.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: IgnoreOrphanSchema, response: OrphanSchema },
  async ({ call, params, body }) => ignoreOrphan(call, params.id, body),
)
