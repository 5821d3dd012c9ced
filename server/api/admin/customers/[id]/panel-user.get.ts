import { lookAtPanelUser } from '#server/domains/customers/look-at-panel-user.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { PanelUserQuerySchema, PanelUserSchema } from '#shared/schemas/customers.ts'

export default defineRoute({ access: 'admin', params: IdParamsSchema, query: PanelUserQuerySchema, response: PanelUserSchema },
  ({ call, params, query }) => lookAtPanelUser(call, params.id, query.extRelationId))
