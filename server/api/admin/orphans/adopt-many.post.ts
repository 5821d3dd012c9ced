import { adoptMany } from '#server/domains/orphans/adopt-many.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { AdoptManySchema, AdoptResultSchema } from '#shared/schemas/orphans.ts'

export default defineRoute(
  { access: 'admin', body: AdoptManySchema, response: AdoptResultSchema },
  async ({ call, body }) => adoptMany(call, body),
)
