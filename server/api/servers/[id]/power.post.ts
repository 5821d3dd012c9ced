import { powerOwnServer } from '#server/domains/servers/power-own-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { CustomerAcceptedSchema, PowerServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'customer',
  params: IdParamsSchema,
  body: PowerServerSchema,
  response: CustomerAcceptedSchema,
  status: 202,
}, async ({ call, params, body, event }) => powerOwnServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }, body))
