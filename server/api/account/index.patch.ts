import { updateAccount } from '#server/domains/account/update-account.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { PersonSchema, UpdateAccountSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'signedIn', body: UpdateAccountSchema, response: PersonSchema }, ({ call, body }) => updateAccount(call, body))
