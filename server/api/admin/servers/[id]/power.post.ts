import { powerServer } from '#server/domains/servers/power-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AcceptedSchema, PowerServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  body: PowerServerSchema,
  response: AcceptedSchema,
  status: 202,
}, async ({ call, params, body, event }) => powerServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }, body))
