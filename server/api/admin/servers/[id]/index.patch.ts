import { renameServer } from '#server/domains/servers/rename-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AdminServerSchema, UpdateServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  body: UpdateServerSchema,
  response: AdminServerSchema,
}, async ({ call, params, body, event }) => renameServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }, body))
