import { renameOwnServer } from '#server/domains/servers/rename-own-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { CustomerServerSchema, UpdateServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'customer',
  params: IdParamsSchema,
  body: UpdateServerSchema,
  response: CustomerServerSchema,
}, async ({ call, params, body, event }) => renameOwnServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }, body))
