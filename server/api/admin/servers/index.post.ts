import { createServer } from '#server/domains/servers/create-server.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'
import { AcceptedSchema, CreateServerSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  body: CreateServerSchema,
  response: AcceptedSchema,
  status: 202,
}, async ({ call, body, event }) => createServer(call, body, readIdempotencyKey(event)))
