import { IdentitySchema, UpdateIdentitySchema } from '#shared/schemas/identity.ts'
import { keepWitness } from '#server/domains/identity/keep-witness.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute({ access: 'admin', body: UpdateIdentitySchema, response: IdentitySchema }, async ({ call, body }) => keepWitness(call, body))
