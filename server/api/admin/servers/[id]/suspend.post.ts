import { suspendServer } from '#server/domains/servers/suspend-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AcceptedSchema, SuspendServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  body: SuspendServerSchema,
  response: AcceptedSchema,
  status: 202,
}, async ({ call, params, body, event }) => suspendServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }, body))
