import { updateServer } from '#server/domains/servers/update-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AdminServerSchema, UpdateAdminServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  body: UpdateAdminServerSchema,
  response: AdminServerSchema,
}, async ({ call, params, body, event }) => updateServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }, body))
