import { IdentitySchema } from '#shared/schemas/identity.ts'
import { getIdentity } from '#server/domains/identity/get-identity.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute({ access: 'admin', response: IdentitySchema }, async ({ call }) => getIdentity(call))
