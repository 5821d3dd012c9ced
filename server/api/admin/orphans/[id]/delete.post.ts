import { deleteOrphan } from '#server/domains/orphans/delete-orphan.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { DeleteOrphanSchema } from '#shared/schemas/orphans.ts'
import { AcceptedSchema } from '#shared/schemas/servers.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: DeleteOrphanSchema, response: AcceptedSchema, status: 202 },
  async ({ call, params, body, event }) => deleteOrphan(call, params.id, body, readIdempotencyKey(event)),
)
