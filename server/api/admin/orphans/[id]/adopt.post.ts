import { adoptOrphan } from '#server/domains/orphans/adopt-orphan.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AdoptOrphanSchema } from '#shared/schemas/orphans.ts'
import { AdminServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: AdoptOrphanSchema, response: AdminServerSchema, status: 201 },
  async ({ call, params, body }) => adoptOrphan(call, params.id, body),
)
