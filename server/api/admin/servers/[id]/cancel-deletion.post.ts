import { cancelDeletion } from '#server/domains/servers/cancel-deletion.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AcceptedSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  response: AcceptedSchema,
  status: 202,
}, async ({ call, params, event }) => cancelDeletion(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }))
