import { linkPanelUser } from '#server/domains/customers/link-panel-user.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { CustomerSchema, LinkPanelUserSchema } from '#shared/schemas/customers.ts'

export default defineRoute({ access: 'admin', params: IdParamsSchema, body: LinkPanelUserSchema, response: CustomerSchema },
  ({ call, params, body }) => linkPanelUser(call, params.id, body))
