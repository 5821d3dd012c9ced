import { getCurrentSession } from '#server/domains/sessions/get-current-session.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { GetSessionResponseSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'anyone', response: GetSessionResponseSchema }, ({ call }) => getCurrentSession(call))
