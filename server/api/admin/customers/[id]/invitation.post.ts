import { resetCustomerAccess } from '#server/domains/customers/reset-customer-access.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { ownAddress } from '#server/utils/own-address.ts'
import { InvitationLinkSchema } from '#shared/schemas/auth.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'

export default defineRoute({ access: 'admin', params: IdParamsSchema, response: InvitationLinkSchema, status: 201 },
  ({ call, params, event }) => resetCustomerAccess(call, params.id, ownAddress(event, call.env)))
