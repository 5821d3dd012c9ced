import { ConnectionTestSchema, TestConnectionSchema } from '#shared/schemas/settings.ts'
import { testVirtfusionConnection } from '#server/domains/settings/test-virtfusion-connection.ts'
import { defineRoute } from '#server/utils/define-route.ts'

/** A connection that fails is a result with its diagnosis, not an error. */
export default defineRoute(
  { access: 'admin', body: TestConnectionSchema, response: ConnectionTestSchema },
  async ({ call, body }) => testVirtfusionConnection(call, body),
)
