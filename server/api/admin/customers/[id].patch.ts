import { updateCustomer } from '#server/domains/customers/update-customer.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { CustomerSchema, UpdateCustomerSchema } from '#shared/schemas/customers.ts'

export default defineRoute({ access: 'admin', params: IdParamsSchema, body: UpdateCustomerSchema, response: CustomerSchema },
  ({ call, params, body }) => updateCustomer(call, params.id, body))
