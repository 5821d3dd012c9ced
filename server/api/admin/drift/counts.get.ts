import { countOpen } from '#server/domains/drift/count-open.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { DriftCountsSchema } from '#shared/schemas/drift.ts'

export default defineRoute(
  { access: 'admin', response: DriftCountsSchema },
  async ({ call }) => countOpen(call.db),
)
