import { AboutSchema } from '#shared/schemas/settings.ts'
import { readAbout } from '#server/domains/settings/read-about.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', response: AboutSchema },
  async ({ call }) => readAbout(call),
)
