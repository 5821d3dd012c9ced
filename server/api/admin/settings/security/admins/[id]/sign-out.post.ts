import { IdParamsSchema } from '#shared/schemas/common.ts'
import { SignedOutSchema } from '#shared/schemas/settings.ts'
import { signOutEverywhere } from '#server/domains/sessions/sign-out-everywhere.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, response: SignedOutSchema },
  async ({ call, params }) => signOutEverywhere(call, params.id),
)
