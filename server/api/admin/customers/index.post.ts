import { createCustomer } from '#server/domains/customers/create-customer.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { ownAddress } from '#server/utils/own-address.ts'
import { CreateCustomerSchema, CreatedCustomerSchema } from '#shared/schemas/customers.ts'

export default defineRoute({ access: 'admin', body: CreateCustomerSchema, response: CreatedCustomerSchema, status: 201 },
  ({ call, body, event }) => createCustomer(call, body, ownAddress(event, call.env)))
