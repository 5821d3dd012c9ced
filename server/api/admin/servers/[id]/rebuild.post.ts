import { rebuildServer } from '#server/domains/servers/rebuild-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AcceptedSchema, RebuildServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  body: RebuildServerSchema,
  response: AcceptedSchema,
  status: 202,
}, async ({ call, params, body, event }) => rebuildServer(call, { serverId: params.id, idempotencyKey: readIdempotencyKey(event) }, body))
