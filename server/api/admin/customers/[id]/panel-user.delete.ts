import { unlinkPanelUser } from '#server/domains/customers/unlink-panel-user.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { CustomerSchema, UnlinkPanelUserSchema } from '#shared/schemas/customers.ts'

export default defineRoute({ access: 'admin', params: IdParamsSchema, body: UnlinkPanelUserSchema, response: CustomerSchema },
  ({ call, params, body }) => unlinkPanelUser(call, params.id, body))
