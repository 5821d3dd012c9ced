import { resetPassword } from '#server/domains/servers/reset-password.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { NewPasswordSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'customer',
  params: IdParamsSchema,
  response: NewPasswordSchema,
}, async ({ call, params }) => resetPassword(call, params.id))
