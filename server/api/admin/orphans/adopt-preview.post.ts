import { previewAdoption } from '#server/domains/orphans/adopt-many.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { AdoptManySchema, AdoptPreviewSchema } from '#shared/schemas/orphans.ts'

export default defineRoute(
  { access: 'admin', body: AdoptManySchema, response: AdoptPreviewSchema },
  async ({ call, body }) => previewAdoption(call, body),
)
