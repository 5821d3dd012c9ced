import { adoptMany } from '#server/domains/orphans/adopt-many.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { ownAddress } from '#server/utils/own-address.ts'
import { AdoptManySchema, AdoptResultSchema } from '#shared/schemas/orphans.ts'

export default defineRoute(
  { access: 'admin', body: AdoptManySchema, response: AdoptResultSchema },
  async ({ call, body, event }) => adoptMany(call, body, ownAddress(event, call.env)),
)
