import { listCustomers } from '#server/domains/customers/list-customers.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { CustomerListSchema, CustomerQuerySchema } from '#shared/schemas/customers.ts'

export default defineRoute({ access: 'admin', query: CustomerQuerySchema, response: CustomerListSchema }, ({ call, query }) => listCustomers(call, query))
