import { unsuspendServer } from '#server/domains/servers/unsuspend-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AcceptedSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  response: AcceptedSchema,
  status: 202,
}, async ({ call, params, event }) => unsuspendServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }))
