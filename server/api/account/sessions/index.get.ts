import { listSessions } from '#server/domains/account/list-sessions.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { SessionListSchema, SessionQuerySchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'signedIn', query: SessionQuerySchema, response: SessionListSchema }, ({ call, query }) => listSessions(call, query))
