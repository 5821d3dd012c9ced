import { deleteServer } from '#server/domains/servers/delete-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AcceptedSchema, DeleteServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  body: DeleteServerSchema,
  response: AcceptedSchema,
  status: 202,
}, async ({ call, params, body, event }) => deleteServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }, body))
