import { getCustomer } from '#server/domains/customers/get-customer.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { CustomerSchema } from '#shared/schemas/customers.ts'

export default defineRoute({ access: 'admin', params: IdParamsSchema, response: CustomerSchema }, ({ call, params }) => getCustomer(call, params.id))
